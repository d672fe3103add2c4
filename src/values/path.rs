//! A path inside the output folder: relative, with `/`, and unable to leave it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Invalid;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// A file at the top of the folder; anything but letters, digits, `-`, `_` and `.` becomes `-`.
    pub fn top(name: &str) -> Self {
        let safe: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
            .collect();
        Self(if safe.chars().all(|c| c == '.') { "unnamed".into() } else { safe.into() })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What stands before the last `/`; empty for a file at the top.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

impl FromStr for RelPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let safe = !text.is_empty()
            && text.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
            && !text.contains(['\\', ':', '\0']);
        if safe { Ok(Self(text.into())) } else { Err(Invalid::new("not a path inside the output folder")) }
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_folder() {
        assert!("hosts/es-1/elasticsearch/config/elasticsearch.yml".parse::<RelPath>().is_ok());
        for bad in ["", "/etc/passwd", "a/../b", "..", "a//b", "a/", "./a", "a\\b", "C:/x"] {
            assert!(bad.parse::<RelPath>().is_err(), "{bad:?}");
        }
    }
}
