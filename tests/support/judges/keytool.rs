//! What keytool lists in every store: the entries that Elasticsearch looks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::files::{Output, Report, Store, need};
use super::{Line, process, tools};

/// Each listing is a JVM of its own; the Java judge opens all stores in one.
const MOST: usize = 4;

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let keytool = tools::jdk()?.keytool;
    let room = tempfile::tempdir().unwrap();
    // keytool needs most of a second, and many hosts and scenarios share a store.
    let mut listings = BTreeMap::new();
    Some(
        outs.iter()
            .map(|out| {
                let mut report = Report::default();
                match Output::read(out) {
                    Ok(output) => output.stores().iter().take(MOST).for_each(|store| {
                        judge_store(&mut report, &keytool, room.path(), &mut listings, store)
                    }),
                    Err(why) => report.check("the folder is read", Err(why)),
                }
                report.lines
            })
            .collect(),
    )
}

type Listings = BTreeMap<(Vec<u8>, String), Result<String, String>>;

fn judge_store(report: &mut Report, keytool: &PathBuf, room: &Path, listings: &mut Listings, store: &Store) {
    if store.password.is_empty() {
        // keytool skips what it would need a password for; the Java judge opens these.
        report.note(format!("{}: no password, not listed", store.title));
        return;
    }
    let bytes = fs::read(&store.path).unwrap_or_default();
    let listing =
        listings.entry((bytes, store.password.clone())).or_insert_with(|| list(keytool, room, store)).clone();
    let holds = |kind: &str| match &listing {
        Ok(text) => need(text.contains(&format!("Entry type: {kind}")), format!("no {kind}")),
        Err(why) => Err(why.clone()),
    };
    if store.key {
        report.check(format!("{}: keytool lists a PrivateKeyEntry", store.title), holds("PrivateKeyEntry"));
    }
    if store.trusted {
        report.check(format!("{}: keytool lists a trustedCertEntry", store.title), holds("trustedCertEntry"));
    }
    if !store.key && !store.trusted {
        report.check(format!("{}: keytool opens it", store.title), listing.map(drop));
    }
}

fn list(keytool: &PathBuf, room: &Path, store: &Store) -> Result<String, String> {
    let password = process::private_file(room, "keytool-password", &store.password);
    let mut command = Command::new(keytool);
    // The words that we look for are translated in other languages.
    command.args(["-J-Duser.language=en", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"]);
    command
        .args(["-list", "-v", "-storetype", "PKCS12", "-storepass:file"])
        .arg(password)
        .arg("-keystore")
        .arg(&store.path);
    let said = process::run(&mut command, "");
    // keytool complains on standard output.
    if said.ok { Ok(said.out) } else { Err(said.out.split_whitespace().collect::<Vec<_>>().join(" ")) }
}
