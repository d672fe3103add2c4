//! Where a planted secret must not be found: arguments and environment of the program, files of a session,
//! core dumps, panic messages, the clipboard, and memory that has been given back.
#![cfg(target_os = "linux")]

#[path = "support/pty.rs"]
mod pty;
mod robot;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use pty::Pty;
use robot::{HOSTS, PLANTED, Robot};
use stackseal::plan::{SecretId, TypedSecrets};
use stackseal::store::refuse_core_dumps;
use stackseal::tui::{Cmd, Page};
use stackseal::values::Secret;

const SOON: Duration = Duration::from_secs(60);
/// Set in a child of this test program that plays a part of its own.
const PART: &str = "STACKSEAL_TEST_PART";

/// Runs one test of this file again, alone in a process of its own.
fn child(test: &str) -> (bool, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PART, "1")
        .env("RUST_BACKTRACE", "full")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn in_child() -> bool {
    std::env::var_os(PART).is_some()
}

/// A wizard with a password typed twice, as far as the page where it was asked for.
fn typed(env: &[(&str, &str)]) -> io::Result<Pty> {
    // The robot knows how often Tab is pressed to a field.
    let mut robot = Robot::pasted();
    robot.go("Transport");
    let before = robot.pressed;
    robot.focus("transport.store_password");
    let tabs = "\t".repeat(robot.pressed - before);
    let mut pty = Pty::spawn(Path::new(env!("CARGO_BIN_EXE_stackseal")), &[], env, 100, 30)?;
    pty.wait_for("paste lines of hosts", SOON)?;
    pty.send(format!("\x1b[200~{HOSTS}\x1b[201~"))?;
    pty.wait_for("4 hosts taken", SOON)?;
    pty.send("\x1b2")?;
    pty.wait_for("Authority", SOON)?;
    pty.send(tabs)?;
    pty.wait_for_screen("the password", SOON, |screen| {
        screen.contents().lines().any(|line| line.starts_with('▌') && line.contains("Password"))
    })?;
    pty.send("\x1b[C")?;
    pty.wait_for("not typed yet", SOON)?;
    pty.send("\r")?;
    pty.wait_for("Type it", SOON)?;
    for nth in 1..=2 {
        pty.send(format!("\x1b[200~{PLANTED}\x1b[201~"))?;
        pty.wait_for_screen("the mask", SOON, |screen| screen.contents().matches("********").count() == nth)?;
        pty.send("\r")?;
    }
    pty.wait_for_screen("the form", SOON, |screen| {
        let text = screen.contents();
        !text.contains("Type it") && !text.contains("not typed yet")
    })?;
    Ok(pty)
}

fn holds_planted(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_typed_secret_is_in_no_argument_file_or_screen_of_the_wizard() -> io::Result<()> {
    let mut pty = typed(&[])?;
    let process = PathBuf::from(format!("/proc/{}", pty.pid()?.as_raw_nonzero()));
    let arguments = process.join("cmdline");
    assert!(!fs::read(&arguments)?.is_empty() && !holds_planted(&arguments));
    match fs::read(process.join("environ")) {
        Ok(environment) => assert!(!environment.is_empty() && !holds_planted(&process.join("environ"))),
        // Who is not root may not even look.
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
    }
    let limits = fs::read_to_string(process.join("limits"))?;
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    // Saved by the change of the tab, then killed: what an end without warning leaves.
    pty.send("\x1b[6~")?;
    pty.wait_for_screen("saved", SOON, |screen| {
        let text = screen.contents();
        text.contains(" saved") && !text.contains("not saved")
    })?;
    pty.kill(rustix::process::Signal::ABORT)?;
    let status = pty.wait_exit(SOON)?;
    assert!(!status.success());
    let left = files(pty.home());
    assert!(left.iter().any(|path| path.ends_with("sessions/elastic-stack.yml")), "{left:?}");
    for path in left {
        assert!(!holds_planted(&path), "{}", path.display());
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!name.starts_with("core") && !name.ends_with(".new"), "{name}");
    }
    let shown = pty.raw_bytes();
    assert!(!shown.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes()), "on the screen");
    assert!(!shown.windows(5).any(|window| window == b"\x1b]52;"), "on the clipboard, unasked");
    Ok(())
}

/// The planted-secret tests look for it in the right way: what the operator puts there is there.
#[test]
fn what_the_operator_puts_into_the_environment_is_found_there() -> io::Result<()> {
    let env = [("STACKSEAL_SECRET_TRANSPORT_STORE_PASSWORD", PLANTED)];
    let pty = Pty::spawn(Path::new(env!("CARGO_BIN_EXE_stackseal")), &[], &env, 80, 24)?;
    pty.wait_for("paste lines of hosts", SOON)?;
    let environment = format!("/proc/{}/environ", pty.pid()?.as_raw_nonzero());
    match fs::read(&environment) {
        Ok(_) => assert!(holds_planted(Path::new(&environment))),
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
    }
    Ok(())
}

#[test]
fn no_image_of_the_memory_is_ever_written() {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
    if in_child() {
        refuse_core_dumps();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        return;
    }
    let (passed, said) = child("no_image_of_the_memory_is_ever_written");
    assert!(passed && said.contains("1 passed"), "{said}");
}

/// A panic tells its text, its place and the calls above it; whatever holds a secret prints without it.
#[test]
fn a_panic_tells_no_secret() {
    if in_child() {
        let mut typed = TypedSecrets::default();
        typed.insert(SecretId::new("transport.store_password"), Secret::new(PLANTED));
        let mut robot = Robot::pasted();
        robot.go("Transport").focus("transport.store_password").keys("<Right><Enter>");
        robot.paste(PLANTED).keys("<Enter>").paste(PLANTED).keys("<Enter>");
        stackseal::tui::terminal::install_panic_hook();
        let model = format!("{:?} {:?}", robot.model.session, robot.model.modal);
        let kept = Secret::new(PLANTED);
        panic!("broken: {typed:?} {kept:?} {model}");
    }
    let (passed, said) = child("a_panic_tells_no_secret");
    assert!(!passed && said.contains("broken: ") && said.contains("stack backtrace"), "{said}");
    assert!(!said.contains(PLANTED), "the panic tells it");
    assert!(said.contains("hidden"), "nothing that holds a secret was printed: {said}");
}

/// Only what was asked for goes to the terminal's clipboard: the commands of a task.
#[test]
fn a_copy_takes_commands_and_no_secret() {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.store_password").keys("<Right><Enter>");
    robot.paste(PLANTED).keys("<Enter>").paste(PLANTED).keys("<Enter>");
    robot.press(crossterm::event::KeyCode::Char('r'), crossterm::event::KeyModifiers::ALT).keys("w<Enter>");
    let pages = [Page::Review, Page::Runbook];
    let mut copied = 0;
    for view in ["f", "d", "t", "i", "p"] {
        robot.keys(view);
        for _ in 0..12 {
            robot.keys("y<Down>");
        }
        assert!(pages.contains(&robot.model.page), "{:?}", robot.model.page);
        for cmd in robot.sent.drain(..) {
            if let Cmd::Copy(text) = cmd {
                copied += 1;
                assert!(!text.contains(PLANTED), "{text}");
            }
        }
    }
    assert!(copied > 0, "nothing was copied");
}

/// How often a text stands in the memory of this process. The text is given so that looking for it
/// makes no copy: each byte with all its bits turned.
fn in_memory(turned: &[u8]) -> io::Result<usize> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let mut memory = File::open("/proc/self/mem")?;
    let mut chunk = vec![0_u8; 1 << 16];
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains("rw")) {
        let (start, rest) = line.split_once('-').unwrap();
        let end = rest.split_once(' ').unwrap().0;
        let mut at = u64::from_str_radix(start, 16).unwrap();
        let end = u64::from_str_radix(end, 16).unwrap();
        let own = chunk.as_ptr().addr() as u64;
        while at < end {
            let size = usize::try_from(end - at).unwrap().min(chunk.len());
            if memory.seek(SeekFrom::Start(at)).is_err() || memory.read_exact(&mut chunk[..size]).is_err() {
                break;
            }
            let hits = (0..size.saturating_sub(turned.len())).filter(|offset| {
                let place = at + *offset as u64;
                let ours = place + turned.len() as u64 > own && place < own + (1 << 16);
                !ours && turned.iter().zip(&chunk[*offset..]).all(|(turned, byte)| *byte == !turned)
            });
            found += hits.count();
            // The next part begins where a text could have been cut.
            at += if at + (size as u64) < end { (size - turned.len()) as u64 } else { size as u64 };
        }
        chunk.fill(0);
    }
    Ok(found)
}

/// The planted text, made only where it is wanted.
fn plain(turned: &[u8]) -> String {
    turned.iter().map(|byte| char::from(!byte)).collect()
}

#[test]
fn a_secret_that_is_dropped_is_gone_from_memory() {
    // 64 letters of its own, turned: they stand in no file that is loaded.
    let turned: Vec<u8> =
        (0..64_u32).map(|index| !(b'a' + u8::try_from((index * index + 3) % 26).unwrap())).collect();
    if !in_child() {
        let (passed, said) = child("a_secret_that_is_dropped_is_gone_from_memory");
        assert!(passed && said.contains("1 passed"), "{said}");
        return;
    }
    assert_eq!(in_memory(&turned).unwrap(), 0, "before");
    let secret = Secret::new(plain(&turned));
    assert!(in_memory(&turned).unwrap() >= 1, "the search does not find what is there");
    let copy = secret.clone();
    let mut typed = TypedSecrets::default();
    typed.insert(SecretId::new("https.password"), copy);
    assert!(in_memory(&turned).unwrap() >= 2);
    drop(secret);
    assert!(in_memory(&turned).unwrap() >= 1, "a copy is held");
    drop(typed);
    assert_eq!(in_memory(&turned).unwrap(), 0, "what was dropped can still be read");

    // What is not wiped stays behind, and is seen.
    std::mem::forget(plain(&turned));
    assert!(in_memory(&turned).unwrap() >= 1, "the search does not find what was left");
}
