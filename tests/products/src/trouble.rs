//! What goes wrong in the harness itself, as one sentence. What a product refuses is a finding, not a trouble.

use std::fmt::Display;
use std::io;
use std::path::Path;

#[derive(Debug)]
pub struct Trouble(pub String);

pub type Result<T> = std::result::Result<T, Trouble>;

impl Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_yaml::Error> for Trouble {
    fn from(error: serde_yaml::Error) -> Self {
        Self(error.to_string())
    }
}

pub fn trouble<T>(text: impl Into<String>) -> Result<T> {
    Err(Trouble(text.into()))
}

/// Says which file it was: io errors do not.
pub trait At<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| Trouble(format!("{}: {error}", path.display())))
    }
}
