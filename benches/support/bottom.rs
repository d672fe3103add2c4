//! bottom, a well-kept full-screen program in Rust, as its own authors have it installed. Built once for all
//! runs, below `target/`. Measures nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

pub const VERSION: &str = "0.15.0";

/// The program, or why it is not to be had.
pub fn program() -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let root = target.join(format!("measured/bottom-{VERSION}"));
    let program = root.join("bin/btm");
    if !program.is_file() {
        eprintln!("building bottom {VERSION}, once");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut install = Command::new(cargo);
        install.args(["install", "--locked", "--quiet", "--version", VERSION, "bottom", "--root"]).arg(&root);
        // Of this package, and not of that one.
        install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS").current_dir(std::env::temp_dir());
        let done = install.status().map_err(|error| error.to_string())?;
        if !done.success() {
            return Err(format!("cargo install --locked --version {VERSION} bottom: {done}"));
        }
    }
    Ok(program)
}
