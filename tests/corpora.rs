//! Every input that fuzzing kept, through the same readers, without a fuzzer: nothing panics, hangs, or
//! says what it must not. `STACKSEAL_CORPUS=reader:file` feeds one more.

#[path = "support/feed.rs"]
mod feed;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use feed::{READERS, feed};

/// Kept small, so that everybody can have them; minimise with `cargo +nightly fuzz cmin`.
const MOST_FILES: usize = 200;
const MOST_BYTES: usize = 300_000;
/// Far more than any of them takes, on any machine.
const LONGEST: Duration = Duration::from_secs(120);

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

#[test]
fn every_reader_takes_its_corpus() {
    for reader in READERS {
        let files = files(&corpus().join(reader));
        assert!(files.len() >= 3, "{reader}: {} files", files.len());
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(
            files.len() <= MOST_FILES && bytes <= MOST_BYTES,
            "{reader}: {} files of {bytes} bytes",
            files.len()
        );
        for (path, bytes) in files {
            within(LONGEST, &path.display().to_string(), move || feed(reader, &bytes));
        }
    }
}

/// A folder or a target that is not in the table would never be fed.
#[test]
fn the_table_the_targets_and_the_folders_are_the_same() {
    let table: BTreeSet<String> = READERS.map(str::to_owned).into();
    let folders: BTreeSet<String> = names(&corpus()).collect();
    assert_eq!(folders, table);
    let targets = names(&corpus().with_file_name("fuzz_targets"));
    assert_eq!(targets.map(|name| name.trim_end_matches(".rs").to_owned()).collect::<BTreeSet<_>>(), table);
    let manifest = fs::read_to_string(corpus().with_file_name("Cargo.toml")).unwrap();
    for reader in table {
        assert!(manifest.contains(&format!("name = \"{reader}\"")), "{reader} is no target of the manifest");
        let target =
            fs::read_to_string(corpus().with_file_name("fuzz_targets").join(format!("{reader}.rs"))).unwrap();
        assert!(target.contains(&format!("feed(\"{reader}\", bytes)")), "{target}");
    }
}

/// An artifact of a run, to see why it fails.
#[test]
fn a_file_that_was_named_is_fed() {
    let Ok(named) = std::env::var("STACKSEAL_CORPUS") else { return };
    let (reader, path) = named.split_once(':').expect("STACKSEAL_CORPUS=reader:file");
    feed(reader, &fs::read(path).unwrap());
}

fn within(longest: Duration, what: &str, work: impl FnOnce() + Send + 'static) {
    let (done, end) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match end.recv_timeout(longest) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} takes longer than {longest:?}"),
        // A panic drops the sender; joining tells it.
        _ => assert!(worker.join().is_ok(), "{what} breaks its reader"),
    }
}

fn names(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.'))
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = names(folder).map(|name| folder.join(name)).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}
