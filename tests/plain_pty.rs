//! Plain mode in a pseudo terminal: echo, Ctrl-C and Ctrl-D, signals, terminals without a cursor.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pty::Pty;
use rustix::process::{Pid, Signal};

const SOON: Duration = Duration::from_secs(20);
const PLANTED: &str = "Planted-Secret-7531";

fn start(args: &[&str], env: &[(&str, &str)]) -> io::Result<Pty> {
    Pty::spawn(Path::new(env!("CARGO_BIN_EXE_stackseal")), args, env, 100, 40)
}

fn asked(env: &[(&str, &str)]) -> io::Result<Pty> {
    first_question(start(&["--plain"], env)?)
}

fn first_question(mut pty: Pty) -> io::Result<Pty> {
    pty.wait_for("A number from 1 to 4", SOON)?;
    pty.send("1\r")?;
    pty.wait_for("Cluster name [elastic-stack]", SOON)?;
    Ok(pty)
}

/// At the question for the password of the transport CA.
fn at_secret() -> io::Result<Pty> {
    to_secret(asked(&[])?)
}

fn to_secret(mut pty: Pty) -> io::Result<Pty> {
    for (line, next) in [("go transport", "Subject ["), ("", "Valid for ["), ("", "A number from 1 to 3")] {
        pty.send(format!("{line}\r"))?;
        pty.wait_for(next, SOON)?;
    }
    assert!(pty.echoes()?);
    pty.send("typed\r")?;
    pty.wait_for("not shown while you type it", SOON)?;
    Ok(pty)
}

fn session_file(pty: &Pty) -> PathBuf {
    pty.home().join(".local/share/stackseal/sessions/elastic-stack.yml")
}

/// No escape sequence, no carriage return that draws over a line.
fn assert_only_lines(pty: &Pty) {
    let said = String::from_utf8(pty.raw_bytes()).unwrap();
    let said = said.replace("\r\n", "\n").replace("^C", "").replace("^D\u{8}\u{8}", "");
    let other: String = said.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert_eq!(other, "", "{said:?}");
}

#[test]
fn a_secret_is_not_echoed_and_the_echo_comes_back() -> io::Result<()> {
    let mut pty = at_secret()?;
    assert!(!pty.echoes()?);
    pty.send(format!("{PLANTED}\r"))?;
    pty.wait_for("Once more", SOON)?;
    assert!(!pty.echoes()?);
    pty.send(format!("{PLANTED}\r"))?;
    pty.wait_for("never into the session", SOON)?;
    pty.wait_for("Node certificates: One per node", SOON)?;
    assert!(pty.echoes()?);
    pty.send("quit\r")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw_bytes()).contains(PLANTED));
    assert!(!fs::read_to_string(session_file(&pty))?.contains(PLANTED));
    assert_only_lines(&pty);
    Ok(())
}

/// As a password manager types it.
#[test]
fn both_typings_in_one_go_are_taken_and_not_shown() -> io::Result<()> {
    let mut pty = at_secret()?;
    pty.send(format!("{PLANTED}\r{PLANTED}\r"))?;
    pty.wait_for("never into the session", SOON)?;
    pty.wait_for("Node certificates: One per node", SOON)?;
    assert!(pty.echoes()?);
    assert!(!String::from_utf8_lossy(&pty.raw_bytes()).contains(PLANTED));
    Ok(())
}

#[test]
fn ctrl_c_saves_and_gives_the_echo_back() -> io::Result<()> {
    let mut pty = at_secret()?;
    pty.send("half a sec\x03")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 130);
    assert!(pty.echoes()?);
    let said = pty.screen();
    assert!(
        said.contains("is saved;") && said.contains("`stackseal elastic-stack` opens it again"),
        "{said}"
    );
    assert!(fs::read_to_string(session_file(&pty))?.contains("ca_password: typed"));
    assert!(!said.contains("half a sec"), "{said}");
    Ok(())
}

#[test]
fn ctrl_d_leaves_as_quit_does() -> io::Result<()> {
    let mut pty = asked(&[])?;
    pty.send("prod\r")?;
    pty.wait_for("Stack version [9.1]", SOON)?;
    pty.send("\x04")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert!(pty.screen().contains("`stackseal prod` opens it again"), "{}", pty.screen());
    assert_only_lines(&pty);
    Ok(())
}

/// What was typed of a secret when a signal came is no line of the shell.
#[cfg(target_os = "linux")]
#[test]
fn half_a_secret_does_not_go_to_the_shell() -> io::Result<()> {
    let script = "\"$0\" --plain; IFS= read -r next; echo \"next: <$next>\"";
    let args = ["-c", script, env!("CARGO_BIN_EXE_stackseal")];
    let shell = Pty::spawn(Path::new("/bin/sh"), &args, &[], 100, 40)?;
    let mut pty = to_secret(first_question(shell)?)?;
    pty.send("half a sec")?;
    // So that the terminal has it.
    std::thread::sleep(Duration::from_millis(200));
    let shell = pty.pid()?;
    let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children"))?;
    let child = children.split_whitespace().next().and_then(|id| id.parse().ok()).and_then(Pid::from_raw);
    rustix::process::kill_process(child.expect("the program below the shell"), Signal::TERM)?;
    pty.wait_for("is saved;", SOON)?;
    // Sent anew until the shell reads: what comes before the end goes the way of the secret.
    let since = Instant::now();
    while !pty.screen().contains("next: <") {
        assert!(since.elapsed() < SOON, "{}", pty.screen());
        pty.send("\r")?;
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(pty.screen().contains("next: <>"), "{}", pty.screen());
    Ok(())
}

#[test]
fn signals_and_a_lost_terminal_end_it_with_the_session_saved() -> io::Result<()> {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut pty = at_secret()?;
        pty.kill(signal)?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), code, "{signal:?}");
        assert!(pty.echoes()?, "{signal:?}");
        assert!(fs::read_to_string(session_file(&pty))?.contains("last_step: transport"), "{signal:?}");
    }
    let mut pty = asked(&[])?;
    let session = session_file(&pty);
    pty.close_master()?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 129);
    assert!(fs::read_to_string(session)?.contains("kibana-1"));
    Ok(())
}

/// Stopped in the middle of a secret and continued, it hides what is typed and asks again.
#[test]
fn a_stop_and_continue_asks_again_without_echo() -> io::Result<()> {
    let pty = at_secret()?;
    let before = pty.screen().matches("not shown while you type it").count();
    pty.kill(Signal::STOP)?;
    let stat = PathBuf::from(format!("/proc/{}/stat", pty.pid()?));
    let since = Instant::now();
    while cfg!(target_os = "linux") && !fs::read_to_string(&stat)?.contains(") T ") {
        assert!(since.elapsed() < SOON, "it does not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    pty.show()?;
    pty.kill(Signal::CONT)?;
    pty.wait_for_screen("the question again", SOON, |screen| {
        screen.contents().matches("not shown while you type it").count() > before
    })?;
    assert!(!pty.echoes()?);
    Ok(())
}

/// Whatever the shell does with the terminal's modes: dash leaves them as they are.
#[test]
fn ctrl_z_gives_the_echo_to_the_shell_and_fg_takes_it_again() -> io::Result<()> {
    let mut pty = Pty::spawn(Path::new("sh"), &["-i"], &[("PS1", "shell> "), ("ENV", "")], 100, 40)?;
    pty.wait_for("shell> ", SOON)?;
    pty.send(format!("{} --plain\r", env!("CARGO_BIN_EXE_stackseal")))?;
    let mut pty = to_secret(first_question(pty)?)?;
    for round in 1..=2 {
        assert!(!pty.echoes()?);
        pty.send("half a sec")?;
        std::thread::sleep(Duration::from_millis(100));
        pty.send("\x1a")?;
        pty.wait_for_screen("the shell", SOON, |screen| {
            screen.contents().matches("Stopped").count() == round
        })?;
        assert!(pty.echoes()?, "{}", pty.screen());
        pty.send(format!("echo calc-$((40 + {round}))\r"))?;
        pty.wait_for(&format!("calc-{}", 40 + round), SOON)?;
        pty.send("fg\r")?;
        pty.wait_for_screen("the question again", SOON, |screen| {
            screen.contents().matches("not shown while you type it").count() > round
        })?;
    }
    pty.send(format!("{PLANTED}\r"))?;
    pty.wait_for("Once more", SOON)?;
    pty.send(format!("{PLANTED}\r"))?;
    pty.wait_for("Node certificates: One per node", SOON)?;
    assert!(pty.echoes()?);
    // A question whose answer is shown stops and goes on, too.
    pty.send("\x1a")?;
    pty.wait_for_screen("the shell", SOON, |screen| screen.contents().matches("Stopped").count() == 3)?;
    pty.send("fg\r")?;
    pty.wait_for_screen("the question again", SOON, |screen| {
        screen.contents().matches("Node certificates: One per node").count() > 0
            && screen.contents().trim_end().ends_with("]:")
    })?;
    pty.send("quit\r")?;
    pty.wait_for("is saved", SOON)?;
    let said = String::from_utf8_lossy(&pty.raw_bytes()).into_owned();
    assert!(!said.contains(PLANTED) && !said.contains("half a sec"), "{said}");
    Ok(())
}

/// Nobody could continue it.
#[test]
fn ctrl_z_without_job_control_asks_again_without_echo() -> io::Result<()> {
    let mut pty = at_secret()?;
    pty.send("\x1a")?;
    pty.wait_for_screen("the question again", SOON, |screen| {
        screen.contents().matches("not shown while you type it").count() == 2
    })?;
    assert!(!pty.echoes()?);
    pty.send(format!("{PLANTED}\r"))?;
    pty.wait_for("Once more", SOON)?;
    assert!(!String::from_utf8_lossy(&pty.raw_bytes()).contains(PLANTED));
    Ok(())
}

/// Only Ctrl-C stops the work alone: whoever sends another signal wants the program to end.
#[test]
fn other_signals_end_it_while_keys_are_made() -> io::Result<()> {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut pty = asked(&[])?;
        // Slow to make, so that the signal comes before the end.
        for kind in ["RSA 2048", "RSA 3072"] {
            pty.send("list overview\r")?;
            pty.wait_for(kind, SOON)?;
            let listed = pty.screen();
            let line = listed.lines().find(|line| line.ends_with(kind)).expect("the question for the keys");
            let number = line.split_whitespace().next().expect("its number");
            pty.send(format!("go {number}\r"))?;
            pty.wait_for_screen("the question for the keys", SOON, |screen| {
                screen.contents().trim_end().ends_with(&format!("{kind}]:"))
            })?;
            pty.send("rsa-4096\r")?;
        }
        pty.send("review\r")?;
        pty.wait_for("Review: ", SOON)?;
        pty.send("make\r")?;
        pty.wait_for("Making keys", SOON)?;
        pty.kill(signal)?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), code, "{signal:?}");
        assert!(!pty.screen().contains("Stopped;") && pty.screen().contains("is saved;"), "{}", pty.screen());
    }
    Ok(())
}

/// A gap in what is pasted does not turn the hosts behind it into answers of other questions.
#[test]
fn a_paste_with_a_gap_is_one_list() -> io::Result<()> {
    let mut pty = start(&["--plain"], &[])?;
    pty.wait_for("A number from 1 to 4", SOON)?;
    pty.send("3\r")?;
    pty.wait_for("Host 1", SOON)?;
    pty.send("es-1 10.0.0.11\r\res-2 10.0.0.12\r")?;
    pty.wait_for("Host 3, or", SOON)?;
    pty.send("\r")?;
    pty.wait_for("Cluster name [elastic-stack]", SOON)?;
    pty.send("quit\r")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert!(fs::read_to_string(session_file(&pty))?.contains("es-2"));
    Ok(())
}

#[test]
fn a_terminal_without_a_cursor_is_asked_line_by_line() -> io::Result<()> {
    for term in ["dumb", "unknown"] {
        let mut pty = start(&[], &[("TERM", term)])?;
        pty.wait_for("A number from 1 to 4", SOON)?;
        pty.send("quit\r")?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0, "{term}");
        assert_only_lines(&pty);
        assert!(!pty.look().alternate_screen());
    }
    Ok(())
}

#[test]
fn from_the_start_to_a_written_folder() -> io::Result<()> {
    let mut pty = asked(&[("LC_ALL", "C")])?;
    pty.send("review\r")?;
    pty.wait_for("Review: ", SOON)?;
    pty.send("write\r")?;
    pty.wait_for("A number from 1 to 3 [1 Write]", SOON)?;
    pty.send("\r")?;
    pty.wait_for("What to do now:", SOON * 6)?;
    pty.send("tasks\r")?;
    pty.wait_for("Written: ", SOON)?;
    pty.send("quit\r")?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert!(pty.home().join("elastic-stack/hosts/kibana-1/README.md").is_file());
    assert!(pty.raw_bytes().is_ascii());
    assert_only_lines(&pty);
    Ok(())
}
