//! The state of a dialogue and its way from question to question. Pure: an event in, effects out.

use time::OffsetDateTime;

use super::command::{self, Command, Said};
use super::question::{self, Place};
use super::start::Begin;
use super::words::fit;
use super::write::Target;
use crate::sitting::msg::{Cmd, Moment, News};
use crate::sitting::saving::Leaving;
use crate::sitting::session::Session;
use crate::sitting::work::Making;
use crate::store::Listing;
use crate::values::Secret;

/// What the other end is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether characters beyond ASCII are shown.
    pub unicode: bool,
    /// Whether somebody types, so that secrets are asked twice and mistakes can be mended; else a pipe.
    pub typed: bool,
}

pub enum Event {
    Line(String),
    /// The same, with more lines waiting behind it, as a paste has them on a terminal.
    Pasted(String),
    /// The answer to [`Effect::AskSecret`].
    Secret(Secret),
    /// The terminal cannot be kept from showing what is typed.
    Unhidden,
    /// No line will ever come again.
    End,
    /// Ctrl-C: what is being made stops; without such work, as [`Event::Stop`].
    Interrupt,
    /// A signal: save and go.
    Stop,
    News(News),
}

pub enum Effect {
    Say(String),
    /// One line is wanted, behind this text. Asked anew without a line in between, only the text is
    /// shown again.
    Ask(String),
    AskSecret(String),
    Do(Cmd),
    Quit {
        code: u8,
        words: String,
    },
}

pub struct Dialogue {
    pub(super) manner: Manner,
    pub(super) today: OffsetDateTime,
    /// Since the start; set by whoever delivers events.
    pub now: Moment,
    pub(super) stage: Stage,
    pub(super) session: Session,
    /// The step, or review, that the session's file is to name as the last one.
    pub(super) at: &'static str,
    pub(super) saved: Vec<Listing>,
    /// The session that is being opened or made.
    pub(super) begin: Begin,
    /// The question whose issue was told, so that the next Enter goes on.
    pub(super) warned: Option<Place>,
    /// Hosts come first; their list leads to the first question.
    pub(super) hosts_first: bool,
    /// Questions further up that answers brought, to be asked before it goes on.
    pub(super) earlier: Vec<Place>,
    /// Where it goes on then.
    pub(super) later: Option<Place>,
    /// Only the last line of the question is asked again.
    pub(super) brief: bool,
    pub(super) making: Making,
    /// Where the write goes that waits for the keys.
    pub(super) target: Option<Target>,
    pub(super) leaving: Leaving,
    pub(super) out: Vec<Effect>,
}

/// Whose answer is waited for.
pub(super) enum Stage {
    /// The jobs'.
    Wait,
    Start,
    /// The path of a file to open.
    File,
    Remove(String),
    /// Whether to look at a session that can only be read.
    ReadOnly,
    Question(Place),
    /// The secret of a question, and what was typed first.
    Secret(Place, Option<Secret>),
    Review,
    Folder(Target),
    OtherFolder(Target),
    /// Why an earlier output gives nothing back.
    Lost(String),
    KeepFrom,
    Anew,
    Passwords,
}

const GARBLED: &str = "That line holds a control character, such as an arrow key makes, or is not in UTF-8, \
    or has no end. Nothing is taken; type it again.";

impl Dialogue {
    pub fn new(manner: Manner, today: OffsetDateTime) -> Self {
        Self {
            manner,
            today,
            now: Moment::ZERO,
            stage: Stage::Wait,
            session: Session::default(),
            at: "",
            saved: Vec::new(),
            begin: Begin::default(),
            warned: None,
            hosts_first: false,
            earlier: Vec::new(),
            later: None,
            brief: false,
            making: Making::default(),
            target: None,
            leaving: Leaving::No,
            out: Vec::new(),
        }
    }

    pub fn take(&mut self, event: Event) -> Vec<Effect> {
        let ask = match event {
            // An empty line in the middle of pasted hosts does not end their list.
            Event::Pasted(text) if text.trim().is_empty() && self.is_on_hosts() => {
                self.brief = true;
                true
            }
            Event::Line(text) | Event::Pasted(text) => {
                self.line(&text);
                true
            }
            Event::Secret(text) => {
                self.secret(&text);
                true
            }
            Event::Unhidden => {
                self.unhidden();
                true
            }
            Event::News(news) => self.news(news),
            Event::Interrupt if self.manner.typed && self.making.work.is_running() => self.stop_work(),
            Event::End | Event::Stop | Event::Interrupt => {
                self.leave(Leaving::Told);
                false
            }
        };
        // Whoever leaves is asked nothing more.
        if !self.leaving.waits() && (self.drop_stale() || ask) {
            self.ask();
        }
        std::mem::take(&mut self.out)
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The id of the question that is asked now; empty where there is none.
    pub fn asked(&self) -> String {
        match &self.stage {
            Stage::Question(place) | Stage::Secret(place, _) => {
                place.step().map_or_else(String::new, |step| place.slot.id(step))
            }
            _ => String::new(),
        }
    }

    pub fn is_running(&self) -> bool {
        self.making.work.is_running()
    }

    pub(super) fn say(&mut self, text: impl AsRef<str>) {
        self.out.push(Effect::Say(fit(text.as_ref(), self.manner.unicode)));
    }

    pub(super) fn prompt(&mut self, text: impl AsRef<str>) {
        self.out.push(Effect::Ask(fit(text.as_ref(), self.manner.unicode)));
    }

    pub(super) fn wish(&mut self, cmd: Cmd) {
        self.out.push(Effect::Do(cmd));
    }

    fn is_on_hosts(&self) -> bool {
        matches!(self.stage, Stage::Question(place) if question::is_hosts(place))
    }

    fn line(&mut self, text: &str) {
        match command::read(text, self.is_on_hosts()) {
            Said::Garbled => {
                self.brief = true;
                self.say(GARBLED);
            }
            Said::Command(command) => self.command(command),
            Said::Keep => self.answer(None),
            Said::Answer(text) => self.answer(Some(text)),
        }
    }

    /// An answer, or Enter, wherever it is asked for.
    fn answer(&mut self, text: Option<String>) {
        match &self.stage {
            Stage::Question(place) => {
                let place = *place;
                match text {
                    None => self.keep(place),
                    Some(text) => self.take_answer(place, &text),
                }
            }
            Stage::Start | Stage::File | Stage::Remove(_) | Stage::ReadOnly => {
                self.start_line(text.as_deref());
            }
            Stage::Review => self.review_line(text.as_deref().unwrap_or_default()),
            Stage::Wait | Stage::Secret(..) => {}
            _ => self.write_line(text.as_deref()),
        }
    }

    pub(super) fn command(&mut self, command: Command) {
        let open = !matches!(self.stage, Stage::Start | Stage::File | Stage::Remove(_) | Stage::ReadOnly);
        match command {
            Command::Quit => self.leave(Leaving::Asked),
            Command::Help => self.help(),
            Command::Back => self.back(),
            _ if !open => self.say("Open a session or begin a new one first; ? says how."),
            Command::Page => self.page(),
            Command::Words => self.words(),
            Command::List(of) => self.list(&of),
            Command::Go(to) => self.go(&to),
            Command::Next => self.next_step(),
            Command::Review => self.enter_review(),
            Command::Undo => self.undo(),
            Command::Rows => self.rows(usize::MAX),
            Command::Edit(which) => self.edit_host(&which),
            Command::Remove(which) => self.remove_host(&which),
        }
    }
}
