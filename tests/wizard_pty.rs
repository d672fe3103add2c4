//! The real binary in a pseudo terminal: the two-minute path, every way out, and coming back.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use pty::Pty;
use rustix::process::Signal;

const SOON: Duration = Duration::from_secs(20);
const HOSTS: &str = "es-1 es-1.corp.example 10.0.0.11\nes-2 es-2.corp.example 10.0.0.12\nes-3 es-3.corp.example 10.0.0.13\nkibana-1 kb.corp.example 10.0.0.21 kibana\n";

fn start(env: &[(&str, &str)], args: &[&str]) -> io::Result<Pty> {
    Pty::spawn(Path::new(env!("CARGO_BIN_EXE_stackseal")), args, env, 80, 24)
}

fn pasted(env: &[(&str, &str)]) -> io::Result<Pty> {
    let mut pty = start(env, &[])?;
    pty.wait_for("paste lines of hosts", SOON)?;
    pty.send(format!("\x1b[200~{HOSTS}\x1b[201~"))?;
    pty.wait_for("4 hosts taken", SOON)?;
    Ok(pty)
}

fn assert_given_back(pty: &Pty) -> io::Result<()> {
    let screen = pty.look();
    assert!(!pty.is_raw()?, "the line is still raw");
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    Ok(())
}

/// From an empty start to a written folder: one paste of four lines and eight keys.
#[test]
fn four_pasted_lines_become_four_folders() -> io::Result<()> {
    let mut pty = pasted(&[])?;
    for tab in
        ["Authority", "Signed by", "Logs in with", "server.publicBaseUrl", "Mutual TLS", "ready to write"]
    {
        pty.send("\x1b[6~")?;
        pty.wait_for(tab, SOON * 3)?;
    }
    pty.send("\x1b[20~")?;
    pty.wait_for("Not now", SOON)?;
    pty.send("\r")?;
    pty.wait_for("First to expire", SOON)?;
    let out = pty.home().join("elastic-stack");
    for host in ["es-1", "es-2", "es-3", "kibana-1"] {
        assert!(out.join("hosts").join(host).join("README.md").is_file(), "{host}");
    }
    pty.send("\x11")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert_given_back(&pty)?;
    assert!(pty.screen().contains("elastic-stack"), "{}", pty.screen());
    Ok(())
}

#[test]
fn signals_end_it_with_the_session_saved() -> io::Result<()> {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut pty = pasted(&[])?;
        pty.kill(signal)?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), code, "{signal:?}");
        assert_given_back(&pty)?;
        let saved = fs::read_to_string(session_file(&pty))?;
        assert!(saved.contains("es-3.corp.example"), "{signal:?}: {saved}");
    }
    Ok(())
}

#[test]
fn a_lost_terminal_ends_it_with_the_session_saved() -> io::Result<()> {
    let mut pty = pasted(&[])?;
    let session = session_file(&pty);
    pty.close_master()?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 129);
    assert!(fs::read_to_string(session)?.contains("es-3.corp.example"));
    Ok(())
}

/// Killed without warning, it loses nothing that was saved when the tab changed.
#[test]
fn a_killed_wizard_is_resumed_where_it_was() -> io::Result<()> {
    let mut pty = pasted(&[])?;
    pty.send("\x1b[6~")?;
    pty.wait_for("Authority", SOON)?;
    pty.wait_for("saved", SOON)?;
    pty.kill(Signal::KILL)?;
    pty.wait_exit(SOON)?;
    let home = pty.home().to_str().unwrap().to_owned();
    let data = format!("{home}/.local/share");
    let mut again = start(&[("XDG_DATA_HOME", data.as_str())], &[])?;
    again.wait_for("3 Elasticsearch · 1 Kibana", SOON)?;
    again.wait_for("Transport", SOON)?;
    again.send("\r")?;
    again.wait_for("Authority", SOON)?;
    again.send("\x11")?;
    assert_eq!(again.wait_exit(SOON)?.exit_code(), 0);
    Ok(())
}

/// Hung up in the middle of a word, it is resumed with the last key, and says what is wrong there.
#[test]
fn a_word_half_typed_outlives_the_line() -> io::Result<()> {
    let mut pty = pasted(&[])?;
    pty.send("\x1b[6~")?;
    pty.wait_for("Authority", SOON)?;
    pty.send("prod=")?;
    pty.wait_for("prod=", SOON)?;
    pty.close_master()?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 129);
    let mut again = Pty::spawn_at(pty.home(), Path::new(env!("CARGO_BIN_EXE_stackseal")), &[], &[], 80, 24)?;
    again.wait_for("was left at Transport; 1 issue to mend", SOON)?;
    again.send("\r")?;
    again.wait_for("known keys of a subject", SOON)?;
    again.send("\x15")?;
    again.wait_for("CN=elastic-stack transport CA", SOON)?;
    again.send("\x11")?;
    assert_eq!(again.wait_exit(SOON)?.exit_code(), 0);
    Ok(())
}

/// Two terminals on one session: the second reads and says how to change it, the first goes on.
#[test]
fn a_second_terminal_only_reads() -> io::Result<()> {
    let mut first = pasted(&[])?;
    first.send("\x1b[6~")?;
    first.wait_for("Authority", SOON)?;
    first.wait_for("saved", SOON)?;
    let kept = fs::read_to_string(session_file(&first))?;
    let mut second =
        Pty::spawn_at(first.home(), Path::new(env!("CARGO_BIN_EXE_stackseal")), &[], &[], 80, 24)?;
    second.wait_for("3 Elasticsearch · 1 Kibana", SOON)?;
    second.send("\r")?;
    second.wait_for("leave it there to change answers here", SOON)?;
    second.send("\r")?;
    second.wait_for("PgDn next step", SOON)?;
    second.send("CN=other")?;
    second.wait_for("read-only: another wizard has it open", SOON)?;
    second.send("\x11")?;
    assert_eq!(second.wait_exit(SOON)?.exit_code(), 0);
    assert!(second.screen().contains("only read"), "{}", second.screen());
    assert_eq!(fs::read_to_string(session_file(&first))?, kept);
    first.send("CN=mine")?;
    first.wait_for("CN=mine", SOON)?;
    first.kill(Signal::TERM)?;
    assert_eq!(first.wait_exit(SOON)?.exit_code(), 143);
    assert!(fs::read_to_string(session_file(&first))?.contains("CN=mine"));
    Ok(())
}

#[test]
fn without_a_terminal_it_says_what_to_use_instead() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_stackseal"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("--help"), "{said}");
}

fn session_file(pty: &Pty) -> std::path::PathBuf {
    pty.home().join(".local/share/stackseal/sessions/elastic-stack.yml")
}
