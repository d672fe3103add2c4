//! The loop: waits on one channel, tells the dialogue, carries out what it wants.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::dialogue::{Dialogue, Effect, Event, Manner};
use super::terminal::{self, Heard, Hidden};
use crate::forge::Source;
use crate::sitting::ability::unicode_wanted;
use crate::sitting::jobs::Jobs;
use crate::sitting::msg::News;
use crate::store::Library;
use crate::values::Secret;

/// What the command line says about plain mode.
pub struct Opening {
    /// A name or a file; none shows the list.
    pub session: Option<String>,
    pub ascii: bool,
}

enum Input {
    Heard(Heard),
    News(News),
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

impl From<News> for Input {
    fn from(news: News) -> Self {
        Self::News(news)
    }
}

/// How often something is said of long work.
const LOOK: Duration = Duration::from_secs(4);
/// As after a hang-up.
const LOST: u8 = 129;

/// Runs plain mode to its end; returns the exit code.
///
/// # Errors
/// When signals cannot be caught or a thread cannot be started.
pub fn run(opening: &Opening, source: Arc<dyn Source + Send>) -> io::Result<u8> {
    let env = |name: &str| std::env::var(name).ok();
    let typed = io::stdin().is_terminal();
    let manner = Manner { unicode: unicode_wanted(opening.ascii.then_some(false), &env), typed };
    let (sender, inputs) = channel::<Input>();
    terminal::spawn_signals(sender.clone())?;
    let lines = terminal::spawn_reader(sender.clone())?;
    let today = source.now();
    let jobs = Jobs::start(Library::open().ok(), source, sender);
    let mut door = Door {
        dialogue: Dialogue::new(manner, today),
        jobs,
        lines,
        asked: None,
        broken: false,
        hidden: None,
        secret: false,
        echoes: typed,
        code: None,
        end: None,
    };
    let effects = door.dialogue.begin(opening.session.clone());
    door.carry_out(effects);
    Ok(door.serve(&inputs))
}

struct Door {
    dialogue: Dialogue,
    jobs: Jobs,
    lines: Sender<()>,
    /// The text behind which a line is awaited.
    asked: Option<String>,
    /// Something was said since it was asked for.
    broken: bool,
    hidden: Option<Hidden>,
    /// The awaited line is a secret.
    secret: bool,
    /// The terminal ends the line of a question itself, when Enter is typed.
    echoes: bool,
    /// The exit code that a signal asks for.
    code: Option<u8>,
    end: Option<u8>,
}

impl Door {
    fn serve(&mut self, inputs: &Receiver<Input>) -> u8 {
        let started = Instant::now();
        loop {
            if let Some(end) = self.end {
                return self.code.unwrap_or(end);
            }
            let input = if self.dialogue.is_running() {
                inputs.recv_timeout(LOOK)
            } else {
                inputs.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            self.dialogue.now = started.elapsed();
            match input {
                Ok(Input::News(news)) => self.tell(Event::News(news)),
                Ok(Input::Heard(heard)) => self.hear(heard),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(news) = self.jobs.gauge() {
                        self.tell(Event::News(news));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => self.hear(Heard::End { lost: true }),
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Line(line, more) => {
                self.asked = None;
                self.broken = false;
                let secret = std::mem::take(&mut self.secret);
                // Hidden until something else is asked: a secret may be wanted once more.
                if self.hidden.is_some() {
                    // Enter was not echoed either.
                    self.print("\n");
                }
                self.tell(match secret {
                    true => Event::Secret(Secret::new(line)),
                    false if more => Event::Pasted(line),
                    false => Event::Line(line),
                });
            }
            Heard::End { lost } => {
                if lost {
                    self.code = self.code.or(Some(LOST));
                }
                self.end_line();
                self.tell(Event::End);
            }
            Heard::Signal(number) if terminal::is_continue(number) => self.go_on(),
            Heard::Signal(number) if terminal::is_stop(number) => {
                // Not every shell shows again what is typed there.
                if let Some(hidden) = &self.hidden {
                    hidden.pause();
                }
                // Where it was continued, a signal says so.
                if !terminal::stop() {
                    self.end_line();
                    self.broken = false;
                    self.go_on();
                }
            }
            Heard::Signal(number) => {
                self.end_line();
                if terminal::is_interrupt(number) && self.echoes && self.dialogue.is_running() {
                    return self.tell(Event::Interrupt);
                }
                self.code = self.code.or(u8::try_from(128 + number).ok());
                self.tell(Event::Stop);
            }
        }
    }

    /// The shell had the terminal meanwhile, with its own modes.
    fn go_on(&mut self) {
        if self.hidden.as_ref().is_some_and(|hidden| hidden.again().is_err()) {
            return self.tell(Event::Unhidden);
        }
        if let Some(text) = self.asked.clone() {
            self.print(&text);
        }
    }

    fn tell(&mut self, event: Event) {
        let effects = self.dialogue.take(event);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Say(text) => {
                    self.end_line();
                    self.print(&format!("{text}\n"));
                }
                Effect::Ask(text) => {
                    self.hidden = None;
                    self.secret = false;
                    self.ask(text);
                }
                Effect::AskSecret(text) => self.ask_secret(text),
                Effect::Do(cmd) => self.jobs.take(cmd),
                Effect::Quit { code, words } => {
                    if let Some(hidden) = self.hidden.take() {
                        // Half a secret must not become the shell's next line.
                        hidden.end(self.secret);
                    }
                    self.end_line();
                    if !words.is_empty() {
                        self.print(&format!("{words}\n"));
                    }
                    self.end = Some(code);
                    return;
                }
            }
        }
        self.ask_again();
    }

    fn ask(&mut self, text: String) {
        self.end_line();
        self.broken = false;
        self.print(&text);
        self.end_unechoed();
        if self.asked.replace(text).is_none() {
            let _ = self.lines.send(());
        }
    }

    fn ask_secret(&mut self, text: String) {
        if self.echoes && self.hidden.is_none() {
            match Hidden::begin() {
                Ok(hidden) => self.hidden = Some(hidden),
                Err(_) => return self.tell(Event::Unhidden),
            }
        }
        self.secret = true;
        self.ask(text);
    }

    /// What was said meanwhile went between the question and its answer.
    fn ask_again(&mut self) {
        if std::mem::take(&mut self.broken)
            && let Some(text) = self.asked.clone()
        {
            self.print(&text);
            self.end_unechoed();
        }
    }

    /// Nobody types the end of a line into a pipe.
    fn end_unechoed(&mut self) {
        if !self.echoes {
            self.print("\n");
        }
    }

    /// Leaves the line of a question that waits for its answer.
    fn end_line(&mut self) {
        if self.asked.is_some() && self.echoes && !self.broken {
            self.print("\n");
            self.broken = true;
        }
    }

    fn print(&mut self, text: &str) {
        let mut out = io::stdout().lock();
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() && self.code.is_none() {
            // Nobody reads on: as after a hang-up.
            self.code = Some(LOST);
            drop(out);
            self.tell(Event::Stop);
        }
    }
}
