//! Somebody else's parsers over what was written. Folders made by hand or by another program can
//! be judged too: `STACKSEAL_JUDGE=DIR[:DIR…] cargo test --test foreign_judges -- --nocapture`.

mod support;

use std::path::PathBuf;

use support::judges::judge_all;

#[test]
fn folders_named_in_the_environment_please_every_judge() {
    let named = std::env::var_os("STACKSEAL_JUDGE").unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()).collect();
    if folders.is_empty() {
        return;
    }
    let named: Vec<_> = folders.iter().map(|path| (path.display().to_string(), path)).collect();
    judge_all(&named);
}
