//! The library of sessions: saving, names, copies, locks, and what a file may hold.

mod support;

use std::fs;
use std::path::Path;

use stackseal::forge::System;
use stackseal::steps::{Answers, Host};
use stackseal::store::{Error, Library, Origin, Session, read_instances};
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn library() -> (TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::at(folder.path().join("sessions"));
    (folder, library)
}

fn session(cluster: &str) -> Session {
    let mut answers = Answers::default();
    answers.overview.cluster_name = cluster.into();
    answers.overview.elasticsearch = vec![Host::named("es-1")];
    Session::new(answers, &System).unwrap()
}

#[test]
fn a_session_comes_back_as_it_was_saved() {
    let (_folder, library) = library();
    let mut saved = session("prod-eu");
    saved.answers.overview.elasticsearch[0].master = false;
    saved.answers.overview.elasticsearch[0].ip = vec!["not an address".into()];
    saved.progress.visited = vec!["overview".into()];
    library.save(&mut saved, NOW).unwrap();
    assert_eq!(saved.origin, Origin::Named("prod-eu".into()));
    let loaded = library.load("prod-eu").unwrap();
    assert_eq!((&loaded.answers, &loaded.progress), (&saved.answers, &saved.progress));
    assert_eq!(loaded.progress.saved, "2026-11-22T12:00:00Z");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&library.path("prod-eu")), 0o600);
        assert_eq!(mode(library.folder()), 0o700);
    }
}

/// Every scenario's answers survive saving and loading.
#[test]
fn saving_changes_no_answer() {
    let (_folder, library) = library();
    for scenario in support::scenario::good().into_iter().chain(support::scenario::bad()) {
        let mut session = Session { origin: Origin::Named("round-trip".into()), ..scenario.session.clone() };
        // A session name of the answers moves the file along.
        library.save(&mut session, NOW).unwrap();
        let Origin::Named(name) = &session.origin else { panic!("{:?}", session.origin) };
        assert_eq!(library.load(name).unwrap().answers, scenario.session.answers, "{}", scenario.name);
        library.remove(name).unwrap();
    }
}

#[test]
fn names_are_free_safe_and_follow_the_answer() {
    let (folder, library) = library();
    let (mut one, mut two) = (session("lab"), session("lab"));
    library.save(&mut one, NOW).unwrap();
    library.save(&mut two, NOW).unwrap();
    assert_eq!(two.origin, Origin::Named("lab-2".into()));
    two.answers.overview.session_name = "other".into();
    library.save(&mut two, NOW).unwrap();
    assert_eq!(two.origin, Origin::Named("other".into()));
    assert!(!library.path("lab-2").exists());
    assert!(matches!(library.rename("other", "lab"), Err(Error::SessionExists(_))));
    for bad in ["", "..", "a/b", "write", "x y"] {
        assert!(matches!(library.rename("other", bad), Err(Error::BadName(_))), "{bad:?}");
        assert!(library.load(bad).is_err(), "{bad:?}");
    }
    library.export("other", &folder.path().join("copy.yml")).unwrap();
    assert!(library.export("other", &folder.path().join("copy.yml")).is_err(), "nothing is overwritten");
    assert_eq!(Session::read(&folder.path().join("copy.yml")).unwrap().answers, two.answers);
}

/// Two sessions with one run id would make two CAs of one name.
#[test]
fn a_duplicate_has_a_run_of_its_own_and_no_output() {
    let (_folder, library) = library();
    let mut first = session("lab");
    first.progress.written = Some(stackseal::store::Written { folder: "/x".into(), at: "now".into() });
    library.save(&mut first, NOW).unwrap();
    library.duplicate("lab", "copy", &System, NOW).unwrap();
    let copy = library.load("copy").unwrap();
    assert_ne!(copy.progress.run, first.progress.run);
    assert_eq!(copy.progress.written, None);
    assert_eq!(copy.answers.overview.session_name, "copy");
}

#[test]
fn a_second_wizard_is_told() {
    let (_folder, library) = library();
    let mut session = session("lab");
    library.save(&mut session, NOW).unwrap();
    let lock = library.lock(&session.origin).unwrap().expect("the first gets it");
    // flock is held by the open file, so a second one in this process is refused like another process.
    assert!(library.lock(&session.origin).unwrap().is_none());
    for refused in [library.rename("lab", "other").map(drop), library.remove("lab")] {
        let error = refused.unwrap_err();
        assert!(matches!(error, Error::SessionOpen(_)), "{error}");
        assert!(error.to_string().contains("close it there first"), "{error}");
    }
    assert!(library.path("lab").exists() && !library.path("other").exists());
    drop(lock);
    let hold = library.rename("lab", "other").unwrap();
    assert!(matches!(library.remove("other"), Err(Error::SessionOpen(_))), "whoever renames has it yet");
    drop(hold);
    library.rename("other", "lab").unwrap();
    assert!(library.lock(&session.origin).unwrap().is_some());
    assert_eq!(library.list().len(), 1, "lock files are not listed");
}

#[test]
fn the_list_tells_what_each_session_is() {
    let (_folder, library) = library();
    for (cluster, day) in [("old", 1), ("fresh", 2)] {
        library.save(&mut session(cluster), NOW.replace_day(day).unwrap()).unwrap();
    }
    fs::write(library.path("broken"), "version: 1\nanswers: [").unwrap();
    let rows = library.list();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["fresh", "old", "broken"]);
    assert_eq!(rows[0].summary, "1 Elasticsearch");
    assert!(rows[2].problem.is_some());
}

#[test]
fn a_huge_file_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.yml");
    fs::File::create(&path).unwrap().set_len(9 << 20).unwrap();
    assert!(Session::read(&path).unwrap_err().to_string().contains("more than"));
}

#[test]
fn certutils_instances_are_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("instances.yml");
    let text = "instances:\n  - name: es-1\n    filename: one\n    dns: es-1.corp.example\n    ip: [10.0.0.11, 10.0.0.12]\n  - name: \"CN=es-2,O=Example\"\n    dns: [a.example, b.example]\n";
    fs::write(&path, text).unwrap();
    let hosts = read_instances(&path).unwrap();
    assert_eq!(hosts[0].dns, ["es-1.corp.example"]);
    assert_eq!(hosts[0].ip, ["10.0.0.11", "10.0.0.12"]);
    assert_eq!((hosts[1].name.as_str(), hosts[1].dns.len()), ("es-2", 2));
    fs::write(&path, "instances:\n  - name: es-1\n    dsn: x\n").unwrap();
    assert!(read_instances(&path).unwrap_err().to_string().contains("nearest: dns"));
    fs::write(&path, "instances:\n  - name: es-1\n    cn: x\n").unwrap();
    assert!(read_instances(&path).unwrap_err().to_string().contains("trust restrictions"));
}

/// What grew beyond what a session is read with stays out of the file, which keeps what it had.
#[test]
fn what_could_not_be_opened_again_is_not_saved() {
    let (_folder, library) = library();
    let mut session = session("lab");
    library.save(&mut session, NOW).unwrap();
    let before = library.load("lab").unwrap().answers;
    session.answers.overview.metricbeat = vec![Host::named("beat"); 10_001];
    let refused = library.save(&mut session, NOW).unwrap_err().to_string();
    assert!(
        refused.contains("overview.metricbeat: 10001") && refused.contains("several sessions"),
        "{refused}"
    );
    assert_eq!(library.load("lab").unwrap().answers, before);
}
