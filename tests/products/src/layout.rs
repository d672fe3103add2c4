//! Where things lie: the repository, what is kept between runs, the folder of one run. Runs nothing.

use std::path::{Path, PathBuf};

/// Everything that is made goes below target/products, so that `cargo clean` takes it away.
#[derive(Clone, Debug)]
pub struct Layout {
    pub repository: PathBuf,
    pub target: PathBuf,
}

impl Layout {
    pub fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = here.ancestors().nth(2).unwrap_or(here).to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        Self { target: target.join("products"), repository }
    }

    /// Sources of ours in other languages, and the table of results.
    pub fn sources(&self) -> PathBuf {
        self.repository.join("tests/products")
    }

    /// The program under test, as it lies beside this one.
    pub fn stackseal(&self) -> PathBuf {
        let beside =
            std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join("stackseal")));
        beside.unwrap_or_else(|| self.target.join("../debug/stackseal"))
    }

    pub fn home(&self, version: &str) -> PathBuf {
        self.target.join(format!("elasticsearch-{version}"))
    }

    pub fn kibana(&self) -> PathBuf {
        self.target.join("kibana")
    }

    pub fn beats(&self) -> PathBuf {
        self.target.join("beats")
    }

    pub fn run(&self, name: &str) -> PathBuf {
        self.target.join("run").join(name)
    }
}
