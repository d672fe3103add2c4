//! Somebody else's parsers over what was written. Folders made by hand or by another program can
//! be judged too: `STACKSEAL_JUDGE=DIR[:DIR…] cargo test --test foreign_judges -- --nocapture`.

mod support;

use std::path::PathBuf;
use std::time::Instant;

use support::judges::{Judge, judge_all, judge_many};

#[test]
fn folders_named_in_the_environment_please_every_judge() {
    let named = std::env::var_os("STACKSEAL_JUDGE").unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()).collect();
    if folders.is_empty() {
        return;
    }
    let outs: Vec<_> = folders.iter().map(PathBuf::as_path).collect();
    for which in Judge::ALL {
        let started = Instant::now();
        let verdicts = judge_many(&outs, which);
        let took = started.elapsed();
        verdicts.iter().for_each(|verdict| eprint!("{verdict}"));
        eprintln!("{which:?} took {took:.1?}");
    }
    let named: Vec<_> = folders.iter().map(|path| (path.display().to_string(), path)).collect();
    judge_all(&named);
}
