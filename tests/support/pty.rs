//! Runs a program in a pseudo terminal and looks at it through a terminal emulator.
//! Must not know which program: also `xtask` builds on this file.
#![allow(dead_code)] // each user takes what it needs

mod wait;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use std::io::{self, Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use tempfile::TempDir;

/// A program in its own terminal, with a home of its own that goes away with it.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    line: Option<Line>,
    shared: Arc<Shared>,
    tty: PathBuf,
    home: PathBuf,
    /// Removes the home at the end, if it is ours.
    temporary: Option<TempDir>,
}

/// Our end of the terminal line; the terminal hangs up once all of it is dropped.
struct Line {
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    reader: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    news: Condvar,
}

#[derive(Default)]
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Nothing more will come.
    closed: bool,
    /// The reader is to let go of the line.
    hang_up: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pty {
    /// Starts `program` with a fresh temporary folder as its home: see [`Pty::spawn_at`].
    pub fn spawn(
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> io::Result<Self> {
        let home = tempfile::Builder::new().prefix("pty-").tempdir()?;
        let mut pty = Self::spawn_at(home.path(), program, args, env, columns, rows)?;
        pty.temporary = Some(home);
        Ok(pty)
    }

    /// Starts `program` in an environment of its own: PATH is kept, HOME is `home`, which also
    /// is the working directory and holds the XDG folders, and nothing else is inherited
    /// (`NO_COLOR` and `COLORTERM` would change what is seen).
    pub fn spawn_at(
        home: &Path,
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> io::Result<Self> {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(home);
        command.env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.env("HOME", home);
        for (name, folder) in [
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
            ("XDG_CACHE_HOME", ".cache"),
        ] {
            command.env(name, home.join(folder));
        }
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC")].iter().chain(env)
        {
            command.env(name, value);
        }

        let pair = native_pty_system().openpty(size(columns, rows)).map_err(other)?;
        let tty = pair.master.tty_name().ok_or_else(|| other("the pseudo terminal has no name"))?;
        let child = pair.slave.spawn_command(command).map_err(other)?;
        // While we held the other end, the end of the program would never be seen.
        drop(pair.slave);

        let shared = Arc::new(Shared::default());
        shared.lock().parser.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
        let source = pair.master.try_clone_reader().map_err(other)?;
        let listener = Arc::clone(&shared);
        let line = Line {
            writer: pair.master.take_writer().map_err(other)?,
            master: pair.master,
            reader: thread::spawn(move || listen(source, &listener)),
        };
        Ok(Self { child, line: Some(line), shared, tty, home: home.to_owned(), temporary: None })
    }

    /// Sends bytes as if typed.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let line = self.line()?;
        line.writer.write_all(bytes.as_ref())?;
        line.writer.flush()
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        // The emulator first, so that what the program answers meets the new size.
        self.shared.lock().parser.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
        self.line()?.master.resize(size(columns, rows)).map_err(other)
    }

    /// Hangs up, as closing the window does.
    pub fn close_master(&mut self) -> io::Result<()> {
        let Some(line) = self.line.take() else {
            return Ok(());
        };
        self.shared.lock().hang_up = true;
        // The reader blocks in read(2) on its own copy of the line. A byte from the far end
        // wakes it without any help of the program.
        io::Write::write_all(&mut self.open_tty()?, b"\0")?;
        let _ = line.reader.join();
        Ok(())
    }

    /// Sends a signal to the program itself.
    pub fn kill(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(self.pid()?, signal)?)
    }

    pub fn pid(&self) -> io::Result<Pid> {
        self.child
            .process_id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
            .ok_or_else(|| other("the program has no process id"))
    }

    /// The text on the screen.
    pub fn screen(&self) -> String {
        self.shared.lock().parser.screen().contents()
    }

    /// Everything about the screen: cells, cursor, modes.
    pub fn look(&self) -> vt100::Screen {
        self.shared.lock().parser.screen().clone()
    }

    /// Every byte that the program has written so far.
    pub fn raw_bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// Is the line raw, so that typed keys are neither echoed nor collected?
    pub fn is_raw(&self) -> io::Result<bool> {
        let modes = tcgetattr(self.open_tty()?)?.local_modes;
        Ok(!modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG))
    }

    /// Does the line show what is typed?
    pub fn echoes(&self) -> io::Result<bool> {
        Ok(tcgetattr(self.open_tty()?)?.local_modes.contains(LocalModes::ECHO))
    }

    /// Makes it show what is typed, as a shell does that takes the terminal back.
    pub fn show(&self) -> io::Result<()> {
        let tty = self.open_tty()?;
        let mut modes = tcgetattr(&tty)?;
        modes.local_modes.insert(LocalModes::ECHO);
        Ok(tcsetattr(&tty, OptionalActions::Now, &modes)?)
    }

    /// The program's home and working directory.
    pub fn home(&self) -> &Path {
        &self.home
    }

    fn line(&mut self) -> io::Result<&mut Line> {
        self.line.as_mut().ok_or_else(|| other("the terminal has been hung up"))
    }

    fn open_tty(&self) -> io::Result<std::fs::File> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(rustix::fs::open(&self.tty, flags, Mode::empty())?.into())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut source: Box<dyn Read + Send>, shared: &Shared) {
    let mut chunk = [0; 16 * 1024];
    loop {
        let read = source.read(&mut chunk);
        let mut seen = shared.lock();
        match read {
            // Linux reports the end of a terminal line as an I/O error.
            Ok(0) | Err(_) => seen.closed = true,
            Ok(_) if seen.hang_up => seen.closed = true,
            Ok(count) => {
                seen.parser.process(&chunk[..count]);
                seen.bytes.extend_from_slice(&chunk[..count]);
            }
        }
        let closed = seen.closed;
        drop(seen);
        shared.news.notify_all();
        if closed {
            return;
        }
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn at_least_one(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).unwrap_or(NonZeroU16::MIN)
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(error)
}
