//! The loop: waits on one channel, updates, carries out commands, draws once. Sleeps while nothing
//! happens; wakes by itself only while a job runs or the model asks for it.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;

use super::burst;
use super::draw::view;
use super::model::Model;
use super::msg::Msg;
use super::terminal::{
    Input, Options, Screen, Signal, Suspension, color_wanted, install_panic_hook, spawn_inputs,
    unicode_wanted,
};
use super::theme::Theme;
use super::update::update;
use crate::forge::Source;
use crate::sitting::jobs::Jobs;
use crate::sitting::msg::{Cmd, News};
use crate::store::Library;

/// What the command line says about the wizard.
pub struct Opening {
    /// A name or a file; none shows the list.
    pub session: Option<String>,
    pub color: Option<bool>,
    pub ascii: bool,
    pub mouse: bool,
}

enum Event {
    Input(Input),
    Msg(Msg),
}

impl From<News> for Event {
    fn from(news: News) -> Self {
        Self::Msg(news.into())
    }
}

/// How often a running job is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What comes in within this is shown together.
const FRAME: Duration = Duration::from_millis(12);
/// The keys of a paste follow each other faster than this, and those of a held key do not.
const GAP: Duration = Duration::from_millis(4);
/// As long as the longest paste.
const MOST_KEYS: usize = 256 * 1024;

/// Runs the wizard to its end; returns the exit code.
///
/// # Errors
/// When there is no terminal, or it is lost in a way that is not a hang-up.
pub fn run(opening: &Opening, source: Arc<dyn Source + Send>) -> io::Result<u8> {
    let env = |name: &str| std::env::var(name).ok();
    let theme = Theme {
        color: color_wanted(opening.color, &env, io::stdout().is_terminal()),
        unicode: unicode_wanted(opening.ascii.then_some(false), &env),
    };
    install_panic_hook();
    let (sender, events) = channel();
    spawn_inputs(sender.clone(), Event::Input)?;
    let screen = Screen::enter(Options { mouse: opening.mouse, focus: false })?;
    let today = source.now();
    let jobs = Jobs::start(Library::open().ok(), source, sender);
    let size = crossterm::terminal::size()?;
    let mut app =
        App { model: Model::new(theme, today, size), screen, jobs, started: Instant::now(), end: None };
    app.jobs.take(match &opening.session {
        Some(session) => Cmd::Load(session.clone()),
        None => Cmd::List,
    });
    if opening.session.is_some() {
        app.jobs.take(Cmd::List);
    }
    let (code, words) = app.serve(&events);
    drop(app);
    if !words.is_empty() {
        let _ = writeln!(io::stdout(), "{words}");
    }
    Ok(code)
}

struct App {
    model: Model,
    screen: Screen,
    jobs: Jobs,
    started: Instant,
    end: Option<(u8, String)>,
}

impl App {
    fn serve(&mut self, events: &Receiver<Event>) -> (u8, String) {
        let mut code = None;
        loop {
            let model = &self.model;
            // A terminal that takes no more output is gone, whether or not a signal says so.
            if self.screen.draw(|frame| view(model, frame)).is_err() && code.is_none() {
                self.receive(Event::Input(Input::Signal(Signal::HangUp)), &mut code);
            }
            let first = self.wait(events);
            self.model.now = self.started.elapsed();
            if let Some(event) = first {
                self.receive_all(gather(event, events), &mut code);
            } else {
                if let Some(progress) = self.jobs.gauge() {
                    self.update(progress.into());
                }
                self.update(Msg::Wake);
            }
            if let Some((end, words)) = self.end.take() {
                return (code.unwrap_or(end), words);
            }
        }
    }

    /// The next event; none when it is time to look at a job or at the clock.
    fn wait(&self, events: &Receiver<Event>) -> Option<Event> {
        let now = self.started.elapsed();
        let wake = self.model.wake().map(|at| at.saturating_sub(now));
        let look = self.model.making.work.is_running().then_some(LOOK);
        let timeout = wake.into_iter().chain(look).min();
        match timeout {
            None => events.recv().ok().or_else(|| Some(Event::Input(Input::Dead))),
            Some(timeout) => match events.recv_timeout(timeout) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Event::Input(Input::Dead)),
            },
        }
    }

    /// Keys that came at once may be a paste: see [`burst`].
    fn receive_all(&mut self, events: Vec<Event>, code: &mut Option<u8>) {
        let mut keys: Vec<KeyEvent> = Vec::new();
        for event in events {
            match event {
                Event::Input(Input::Key(key)) if burst::part(&key).is_some() => keys.push(key),
                other => {
                    self.press(&mut keys);
                    self.receive(other, code);
                }
            }
        }
        self.press(&mut keys);
    }

    fn press(&mut self, keys: &mut Vec<KeyEvent>) {
        if let Some(text) = burst::pasted(&self.model, keys) {
            keys.clear();
            self.update(Msg::Paste(text));
        }
        for key in keys.drain(..) {
            self.update(Msg::Key(key));
        }
    }

    /// What fails here because the terminal is gone is found by the next frame.
    fn receive(&mut self, event: Event, code: &mut Option<u8>) {
        let msg = match event {
            Event::Msg(msg) => msg,
            Event::Input(Input::Key(key)) => Msg::Key(key),
            Event::Input(Input::Paste(text)) => Msg::Paste(text),
            Event::Input(Input::Mouse(mouse)) => Msg::Mouse(mouse),
            Event::Input(Input::Resize(columns, rows)) => {
                let _ = self.screen.redraw_all();
                Msg::Resize(columns, rows)
            }
            Event::Input(Input::Focus(_)) => return,
            Event::Input(Input::Signal(Signal::Continue)) => {
                let _ = self.screen.reclaim();
                return;
            }
            Event::Input(Input::Signal(signal)) => {
                *code = signal.exit_code();
                Msg::Terminate
            }
            // Without input there is no way to go on, as after a hang-up.
            Event::Input(Input::Dead) => {
                *code = code.or(Signal::HangUp.exit_code());
                Msg::Terminate
            }
        };
        self.update(msg);
    }

    fn update(&mut self, msg: Msg) {
        for cmd in update(&mut self.model, msg) {
            match cmd {
                Cmd::Quit(words) => self.end = Some((0, words)),
                Cmd::Redraw => {
                    let _ = self.screen.redraw_all();
                }
                Cmd::Suspend => {
                    if self.screen.suspend().is_ok_and(|how| how == Suspension::NoJobControl) {
                        self.model.say("no shell is there to come back from");
                    }
                }
                Cmd::Copy(text) => {
                    let _ = copy(&text);
                }
                other => self.jobs.take(other),
            }
        }
    }
}

/// Everything that has come in meanwhile is one frame; a flood of it is several. Behind a letter a
/// moment is waited for the next one, since a long paste comes in pieces.
fn gather(first: Event, events: &Receiver<Event>) -> Vec<Event> {
    let since = Instant::now();
    let mut all = vec![first];
    loop {
        let text = matches!(all.last(), Some(Event::Input(Input::Key(key))) if burst::part(key).is_some());
        let next = match text {
            true if all.len() < MOST_KEYS => events.recv_timeout(GAP).ok(),
            _ if since.elapsed() < FRAME => events.try_recv().ok(),
            _ => None,
        };
        match next {
            Some(event) => all.push(event),
            None => return all,
        }
    }
}

/// OSC 52: the terminal puts it on its clipboard, even over ssh, and never answers.
fn copy(text: &str) -> io::Result<()> {
    crossterm::execute!(io::stdout(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
}
