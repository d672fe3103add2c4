//! Everything that is shown, grouped by concern. Changed by [`super::update()`] alone, read by
//! [`super::view`].

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use super::keys::Context;
use super::line::Line;
use super::modal::Modal;
use super::preview::Preview;
use super::review::{Review, Tasks, View};
use super::theme::Theme;
use crate::sitting::answer::{self, Held};
use crate::sitting::form::Slot;
use crate::sitting::msg::Moment;
use crate::sitting::saving::Leaving;
use crate::sitting::session::Session;
use crate::sitting::work::Making;
use crate::steps::{Answers, STEPS, Step};
use crate::store::Listing;
use crate::values::Secret;

#[derive(Debug)]
pub struct Model {
    pub theme: Theme,
    /// The day from which spans are counted on screen.
    pub today: OffsetDateTime,
    pub size: (u16, u16),
    /// Since the start; set by whoever delivers messages.
    pub now: Moment,
    pub page: Page,
    pub modal: Option<Modal>,
    pub status: Option<Status>,
    pub start: Start,
    pub session: Session,
    pub form: Form,
    pub preview: Preview,
    pub review: Review,
    pub making: Making,
    pub runbook: Runbook,
    pub leaving: Leaving,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Start,
    /// A step by its place among the tabs.
    Step(usize),
    Review,
    Runbook,
}

/// One line about what just happened; the next key takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub text: String,
    pub bad: bool,
}

#[derive(Debug, Default)]
pub struct Start {
    pub saved: Vec<Listing>,
    /// Whether the list has arrived.
    pub listed: bool,
    pub at: usize,
    /// The session that the cursor goes to when the list comes anew.
    pub follow: Option<String>,
    /// What was typed as a file to open, until one is open.
    pub path: String,
    /// Hosts for the session that is being made.
    pub hosts: Option<String>,
}

#[derive(Debug, Default)]
pub struct Form {
    /// The focus of each step.
    pub focus: Vec<Slot>,
    /// The host row that shows its columns: field and row.
    pub open: Option<(usize, usize)>,
    /// The text being edited, where the focus is on one.
    pub line: Option<(Slot, Line)>,
    pub top: usize,
    /// Issues of the shown step by the place under which they stand.
    pub issues: HashMap<Slot, Vec<usize>>,
    /// Fields that were left, so that their issues may be shown.
    pub left: HashSet<&'static str>,
    /// Review was visited: all issues may be shown.
    pub scold: bool,
    pub zoom: bool,
    /// How far the board of channels is scrolled where it has the screen for itself.
    pub board: usize,
}

#[derive(Debug, Default)]
pub struct Runbook {
    pub tasks: Tasks,
    pub passwords: Vec<(String, Secret)>,
    pub until: Moment,
}

impl Form {
    pub fn scolds(&self, field: &str) -> bool {
        self.scold || self.left.contains(field)
    }
}

impl Model {
    pub fn new(theme: Theme, today: OffsetDateTime, size: (u16, u16)) -> Self {
        Self {
            theme,
            today,
            size,
            now: Moment::ZERO,
            page: Page::Start,
            modal: None,
            status: None,
            start: Start::default(),
            session: Session::default(),
            form: Form::default(),
            preview: Preview::default(),
            review: Review::default(),
            making: Making::default(),
            runbook: Runbook::default(),
            leaving: Leaving::No,
        }
    }

    /// The only way from a key to the answers. `slot` joins the changes of one answer.
    pub fn edit(&mut self, slot: Option<Slot>, change: impl FnOnce(&mut Answers)) {
        if let Some(why) = &self.session.read_only {
            self.status = Some(Status { text: format!("read-only: {why}"), bad: true });
            self.form.line = None;
            return;
        }
        let at = self.step_index();
        self.session.edit(slot.map(|slot| (at, slot)), self.now, change);
        self.form.left.extend(slot.is_none().then(|| self.field_id()).flatten());
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), bad: false });
    }

    pub fn complain(&mut self, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), bad: true });
    }

    /// When the loop has to come back even if nothing happens; none while idle.
    pub fn wake(&self) -> Option<Moment> {
        let mut next: Option<Moment> = None;
        let mut at = |moment: Moment| next = Some(next.map_or(moment, |held| held.min(moment)));
        if let Some(moment) = self.session.saving.due() {
            at(moment);
        }
        if let Some(Modal::Password(password)) = &self.modal {
            password.shown_until.into_iter().for_each(&mut at);
        }
        if !self.runbook.passwords.is_empty() {
            at(self.runbook.until);
        }
        next
    }

    pub fn step_index(&self) -> usize {
        match self.page {
            Page::Step(index) => index,
            Page::Start => 0,
            Page::Review | Page::Runbook => STEPS.len(),
        }
    }

    pub fn step(&self) -> Option<&'static Step> {
        match self.page {
            Page::Step(index) => STEPS.get(index).copied(),
            _ => None,
        }
    }

    pub fn slot(&self) -> Option<Slot> {
        self.step().and_then(|_| self.form.focus.get(self.step_index()).copied())
    }

    pub fn held(&self) -> Option<Held> {
        answer::held(self.step()?, self.slot()?, self.session.answers())
    }

    /// The dotted name of the place that has the focus.
    pub fn focus_id(&self) -> String {
        self.step().zip(self.slot()).map(|(step, slot)| slot.id(step)).unwrap_or_default()
    }

    fn field_id(&self) -> Option<&'static str> {
        Some(answer::field(self.step()?, self.slot()?)?.id)
    }

    /// Where keys are looked up, the closest first.
    pub fn contexts(&self) -> Vec<Context> {
        use Context as C;
        if let Some(modal) = &self.modal {
            return match modal {
                Modal::Help { .. } => vec![C::Help, C::Anywhere],
                Modal::Lost { .. } | Modal::Options { .. } => vec![C::Options, C::Anywhere],
                Modal::Several { .. } => vec![C::Several, C::Anywhere],
                Modal::Password(_) => vec![C::Password, C::Anywhere],
                Modal::Prompt(_) => vec![C::Prompt, C::Line, C::Anywhere],
                Modal::Anew | Modal::ReadOnly(_) | Modal::Remove(_) => vec![C::Confirm, C::Anywhere],
                Modal::Report { .. } => vec![C::Report, C::Anywhere],
                Modal::Write(_) => vec![C::WriteDialog, C::Anywhere],
            };
        }
        match self.page {
            Page::Start if self.start.at < self.start.saved.len() => {
                vec![C::Saved, C::Start, C::Letters, C::Leave, C::Anywhere]
            }
            Page::Start => vec![C::Start, C::Letters, C::Leave, C::Anywhere],
            Page::Runbook => vec![C::Runbook, C::Letters, C::Leave, C::Anywhere],
            Page::Review if self.review.search.is_some() => vec![C::Search, C::Line, C::Anywhere],
            Page::Review if self.review.zoom => {
                vec![C::Zoomed, C::Whole, C::Review, C::Steps, C::Letters, C::Leave, C::Anywhere]
            }
            Page::Review => {
                let view = match self.review.view {
                    View::Files => C::Files,
                    View::Tasks => C::Tasks,
                    View::Issues => C::Issues,
                };
                vec![view, C::Review, C::Steps, C::Letters, C::Leave, C::Anywhere]
            }
            Page::Step(_) if self.form.zoom => vec![C::Zoomed, C::Whole, C::Steps, C::Letters, C::Anywhere],
            Page::Step(_) if matches!(self.slot(), Some(Slot::Cell(..))) => {
                let mut contexts = self.field_contexts();
                let form = contexts.iter().position(|held| *held == C::Form).unwrap_or(0);
                contexts.insert(form, C::Cell);
                contexts
            }
            Page::Step(_) => self.field_contexts(),
        }
    }

    fn field_contexts(&self) -> Vec<Context> {
        use Context as C;
        match self.held() {
            Some(Held::Text(_)) if super::update::has_suggestions(self) => {
                vec![C::Suggested, C::Text, C::Line, C::Form, C::Steps, C::Anywhere]
            }
            Some(Held::Text(_)) => vec![C::Text, C::Line, C::Form, C::Steps, C::Anywhere],
            Some(held) => vec![of(&held), C::Form, C::Steps, C::Letters, C::Anywhere],
            None => vec![C::Form, C::Steps, C::Letters, C::Anywhere],
        }
    }
}

fn of(held: &Held) -> Context {
    match held {
        Held::Add => Context::Add,
        Held::Choice { .. } => Context::Choice,
        Held::Flag(_) => Context::Flag,
        Held::Row => Context::Row,
        Held::Secret => Context::Secret,
        Held::Source { .. } => Context::Source,
        Held::Text(_) => Context::Text,
    }
}
