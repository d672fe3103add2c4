//! Plain mode over a pipe: the real binary, from hosts to a written folder, and lines that are none.

mod support;

use std::fs;
use std::io::{BufRead, Write};
use std::process::Stdio;

use stackseal::store::Receipt;
use support::scenario::files_below;
use support::shell::{Ran, Shell};

const PLANTED: &str = "Planted-Secret-7531";

/// Lines into the real binary, with `--plain`.
fn pipe(shell: &Shell, args: &[&str], lines: &str) -> Ran {
    let mut command = shell.command(&[&["--plain"], args].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

const SESSION: &str = "data/stackseal/sessions/elastic-stack.yml";
const HOSTS: &str = "es-1 es-1.corp.example 10.0.0.11\nes-2 es-2.corp.example 10.0.0.12\nes-3 es-3.corp.example 10.0.0.13\nkibana-1 kb.corp.example 10.0.0.21 kibana\n";

#[test]
fn a_pipe_goes_from_hosts_to_a_written_folder_that_the_command_writes_too() {
    let shell = Shell::new();
    let ran = pipe(&shell, &[], &format!("3\n{HOSTS}\nreview\nwrite\n\nquit\n")).ends(0);
    ran.says("files in ./elastic-stack, for 4 hosts").says("opens it again");
    let written = shell.path("elastic-stack");
    shell.run(&["write", "elastic-stack", "--out", "again"]).ends(0);
    let again = shell.path("again");
    assert_eq!(files_below(&written), files_below(&again));
    for path in files_below(&written) {
        let (one, other) = (fs::read(written.join(&path)).unwrap(), fs::read(again.join(&path)).unwrap());
        // Stores have salts of their own, and the receipt their hashes and the moment; authorities,
        // certificates and passwords were kept.
        let salted = ["p12", "keystore", "zip", "key"].iter().any(|kind| path.ends_with(&format!(".{kind}")))
            || ["users", "service_tokens", "receipt.yml"].iter().any(|name| path.ends_with(name));
        if !salted {
            assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&other), "{path}");
        }
    }
    let (one, other) = (Receipt::read(&written).unwrap(), Receipt::read(&again).unwrap());
    assert_eq!(one.run, other.run);
    let rows = |receipt: &Receipt| {
        let rows = receipt.certificates.iter();
        rows.map(|row| (row.id.clone(), row.fingerprint.clone(), row.expires.clone())).collect::<Vec<_>>()
    };
    assert_eq!(rows(&one), rows(&other));
}

#[test]
fn what_ends_in_the_middle_is_resumed_there() {
    let shell = Shell::new();
    let ran = pipe(&shell, &[], &format!("3\n{HOSTS}\n\n9.2\ngo transport\n\n9y\n")).ends(0);
    ran.says("is saved;").says("`stackseal elastic-stack` opens it again");
    let saved = fs::read_to_string(shell.path(SESSION)).unwrap();
    assert!(saved.contains("ca_validity: 9y") && saved.contains("last_step: transport"), "{saved}");
    let again = pipe(&shell, &["elastic-stack"], "list overview\n").ends(0);
    let asked = again.says("left at Transport");
    assert!(asked.out.contains("Transport, Authority: Password"), "{}", asked.out);
    assert!(asked.out.contains("Stack version: 9.2"), "{}", asked.out);
    // Nothing was answered, so nothing changed but the moment.
    let steady =
        |text: &str| text.lines().filter(|line| !line.contains("saved:")).collect::<Vec<_>>().join("\n");
    assert_eq!(steady(&fs::read_to_string(shell.path(SESSION)).unwrap()), steady(&saved));
    pipe(&shell, &["elastic-stack"], "2\nPlanted-Secret-7531").ends(0);
    // A session that is not there takes no answers.
    pipe(&shell, &["nobody"], "1\n\n").ends(1).says("there is no session");
    assert_eq!(
        fs::read_dir(shell.path("data/stackseal/sessions"))
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".yml") })
            .count(),
        1
    );
}

#[test]
fn a_planted_secret_is_in_the_output_folder_alone() {
    let shell = Shell::new();
    let lines = format!(
        "3\n{HOSTS}\ngo transport\n\n\ntyped\n{PLANTED}\nlist\nreview\nfiles\nshow 1\nissues\nwrite\n\ntasks\nquit\n"
    );
    let ran = pipe(&shell, &[], &lines).ends(0);
    assert!(!ran.out.contains(PLANTED) && !ran.err.contains(PLANTED), "{}", ran.out);
    assert!(!fs::read_to_string(shell.path(SESSION)).unwrap().contains(PLANTED));
    let holding = files_below(&shell.path("elastic-stack"));
    let holding = holding.iter().filter(|path| {
        fs::read(shell.path("elastic-stack").join(path))
            .unwrap()
            .windows(PLANTED.len())
            .any(|w| w == PLANTED.as_bytes())
    });
    assert_eq!(holding.collect::<Vec<_>>(), ["authorities/elastic-stack-ca.p12.password"]);
}

#[test]
fn lines_that_are_no_text_or_have_no_end_are_not_taken() {
    let shell = Shell::new();
    let mut lines = b"1\nM\xfcnchen\n".to_vec();
    lines.extend([b'x'].repeat(70_000));
    lines.extend(b"\nprod\nquit\n");
    let mut command = shell.command(&["--plain"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&lines).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap()).ends(0);
    assert_eq!(ran.out.matches("Nothing is taken; type it again.").count(), 2, "{}", ran.out);
    ran.says("opens it again");
    let saved = fs::read_to_string(shell.path("data/stackseal/sessions/prod.yml")).unwrap();
    assert!(saved.contains("cluster_name: prod\n"), "{saved}");
}

#[test]
fn without_the_flag_a_pipe_is_refused_as_before() {
    let shell = Shell::new();
    for term in ["xterm", "dumb"] {
        let output = shell.command(&[]).env("TERM", term).output().unwrap();
        Ran::of(output).ends(1).says("must both be a terminal").says("--plain");
    }
}

/// Nobody reads on: what was answered is saved all the same.
#[cfg(unix)]
#[test]
fn a_closed_output_ends_it_with_the_session_saved() {
    let shell = Shell::new();
    let mut command = shell.command(&["--plain"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = child.stdin.take().unwrap();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
    lines.write_all(format!("3\n{HOSTS}").as_bytes()).unwrap();
    let mut line = String::new();
    // Ends with the output at the latest.
    while !line.contains("into Kibana") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0);
    }
    drop(said);
    lines.write_all(b"\nprod\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(129));
    let saved = fs::read_to_string(shell.path(SESSION)).unwrap();
    assert!(saved.contains("kb.corp.example"), "{saved}");
}
