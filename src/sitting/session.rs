//! The open session: answers, the plan drafted from them, undo, and whether all is saved. Knows no
//! file and no screen.

use std::sync::Arc;

use super::answer;
use super::form::Slot;
use super::msg::{Cmd, Moment, Opened, Snapshot, Written};
use super::saving::Saving;
use crate::plan::{Arrivals, Plan, SecretId, TypedSecrets};
use crate::steps::{self, Answers, Context, STEPS};
use crate::values::Secret;

/// Answers that can be taken back.
const UNDO: usize = 100;
/// How long after the first unsaved edit the session is saved.
const PAUSE: Moment = Moment::from_secs(2);

#[derive(Debug, Default)]
pub struct Session {
    /// Empty before it is first saved.
    pub name: String,
    pub path: String,
    pub read_only: Option<String>,
    /// Ids of steps that have been looked at.
    pub visited: Vec<String>,
    /// Folder and time of the last write.
    pub written: Option<(String, String)>,
    pub saving: Saving,
    /// The page that the file names as the last one.
    pub saved_step: &'static str,
    run: String,
    answers: Arc<Answers>,
    typed: TypedSecrets,
    /// What outside authorities have sent back.
    arrivals: Arrivals,
    plan: Arc<Plan>,
    /// The plan before the last answer, for the marks of the preview.
    before: Arc<Plan>,
    generation: u64,
    /// The answers of the last write of this run.
    as_written: Option<Arc<Answers>>,
    undo: Vec<Arc<Answers>>,
    /// What undo took back, until the next answer.
    redo: Vec<Arc<Answers>>,
    /// The question that is being answered: its key presses are one answer.
    answering: Option<(usize, Slot)>,
}

impl Session {
    pub fn open(opened: Opened, generation: u64) -> Self {
        let mut session = Self {
            name: opened.name,
            path: opened.path,
            read_only: opened.read_only,
            visited: opened.visited,
            written: opened.written,
            run: opened.run,
            answers: Arc::new(opened.answers),
            arrivals: opened.arrivals,
            generation,
            ..Self::default()
        };
        session.redraft();
        session.before = session.plan.clone();
        session
    }

    /// The only way to change answers. `slot` is the question that is being answered: more changes of
    /// the same one are one answer, to be marked and taken back together.
    pub fn edit(&mut self, slot: Option<(usize, Slot)>, now: Moment, change: impl FnOnce(&mut Answers)) {
        if slot.is_none() || slot != self.answering {
            self.undo.push(self.answers.clone());
            if self.undo.len() > UNDO {
                self.undo.remove(0);
            }
            self.before = self.plan.clone();
            self.answering = slot;
        }
        // Held only where it is asked for: a second holder makes every change copy all answers.
        let held = (!self.redo.is_empty()).then(|| self.answers.clone());
        change(Arc::make_mut(&mut self.answers));
        if held.is_some_and(|held| held != self.answers) {
            self.redo.clear();
        }
        if self.undo.last() == Some(&self.answers) {
            self.undo.pop();
            self.answering = None;
        }
        self.touch(now);
    }

    /// Files that came back change what is written, and no answer.
    pub fn take_arrivals(&mut self, arrivals: Arrivals) -> bool {
        let new = self.arrivals != arrivals;
        if new {
            self.arrivals = arrivals;
            self.redraft_beside_answers();
        }
        new
    }

    /// What made the session is its beginning and no answer that could be taken back.
    pub fn begin_here(&mut self) {
        self.undo.clear();
        self.redo.clear();
        self.answering = None;
    }

    /// A row that was added and left empty is no answer either.
    pub fn forget_added(&mut self) {
        if self.undo.iter().rev().nth(1) == Some(&self.answers) {
            self.undo.truncate(self.undo.len() - 2);
        }
    }

    /// The answers before the last one, or those that undo took back. A state with a host row just
    /// opened is a step of typing, not an answer.
    pub fn other_answers(&self, back: bool) -> Option<&Arc<Answers>> {
        let stack = if back { &self.undo } else { &self.redo };
        let whole = stack.iter().rev().find(|held| ***held != *self.answers && !answer::has_blank(held));
        whole.or_else(|| stack.first())
    }

    /// Typed secrets are no answers: they are neither saved nor undone.
    pub fn type_secret(&mut self, id: &str, secret: Option<Secret>) {
        let id = SecretId::new(id);
        match secret {
            Some(secret) => self.typed.insert(id, secret),
            None => self.typed.remove(&id),
        }
        self.before = self.plan.clone();
        self.redraft_beside_answers();
    }

    /// To the answers that [`Self::other_answers`] tells; whether there are any.
    pub fn travel(&mut self, back: bool, now: Moment) -> bool {
        let Some(target) = self.other_answers(back).cloned() else { return false };
        let (from, to) =
            if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        while from.pop().is_some_and(|held| held != target) {}
        to.push(std::mem::replace(&mut self.answers, target));
        self.before = self.plan.clone();
        self.answering = None;
        self.touch(now);
        true
    }

    /// A new run: its authorities are others, and no output holds them yet.
    pub fn renew(&mut self, run: String) {
        self.run = run;
        self.written = None;
        self.redraft_beside_answers();
    }

    /// Orders to save what there is now; none where the session is only read.
    #[must_use]
    pub fn save(&mut self, step: &'static str) -> Option<Cmd> {
        if self.read_only.is_some() {
            return None;
        }
        self.saving.begin();
        self.saved_step = step;
        Some(Cmd::Save(Box::new(Snapshot {
            answers: self.answers.clone(),
            last_step: step.to_owned(),
            visited: self.visited.clone(),
        })))
    }

    /// A save has ended well: the file lies there now.
    pub fn kept(&mut self, name: String, path: String) {
        (self.name, self.path) = (name, path);
        self.saving.kept();
    }

    /// An output of this session is there; whether its file says so, too.
    pub fn wrote(&mut self, written: &Written) {
        self.written = Some((written.folder.clone(), String::new()));
        match &written.kept {
            Ok((name, path)) => (self.name, self.path) = (name.clone(), path.clone()),
            Err(_) => self.saving.fail(),
        }
    }

    pub fn remember_written(&mut self) {
        self.as_written = Some(self.answers.clone());
    }

    pub fn is_as_written(&self) -> bool {
        self.as_written.as_ref() == Some(&self.answers)
    }

    /// What an earlier answer changed is no news on another tab.
    pub fn forget_marks(&mut self) {
        self.before = self.plan.clone();
    }

    /// The focus went elsewhere: what is typed next is another answer.
    pub fn end_answer(&mut self) {
        self.answering = None;
    }

    pub fn visit(&mut self, step: &str) {
        if !self.visited.iter().any(|id| id == step) {
            self.visited.push(step.to_owned());
        }
    }

    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub fn before(&self) -> &Plan {
        &self.before
    }

    pub fn typed(&self) -> &TypedSecrets {
        &self.typed
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn context(&self) -> Context<'_> {
        Context { run: &self.run, typed: &self.typed, arrivals: &self.arrivals }
    }

    /// Whether the file lacks anything: answers, or the page where one is.
    pub fn is_unsaved(&self, step: &str) -> bool {
        let moved = !self.name.is_empty() && self.saved_step != step;
        self.read_only.is_none() && (moved || !self.saving.is_done())
    }

    /// Errors among the issues of one step.
    pub fn errors_of(&self, step: usize) -> usize {
        let Some(step) = STEPS.get(step) else { return 0 };
        let of = |id: &str| id.split('.').next() == Some(step.id);
        self.plan
            .issues
            .iter()
            .filter(|issue| issue.code.weight == crate::plan::Weight::Error && of(&issue.field))
            .count()
    }

    fn touch(&mut self, now: Moment) {
        self.redraft();
        self.saving.due_at(now + PAUSE);
    }

    /// What is written changes, and no answer did: the last output is an older one all the same.
    fn redraft_beside_answers(&mut self) {
        self.as_written = None;
        self.redraft();
    }

    fn redraft(&mut self) {
        self.generation += 1;
        self.plan = Arc::new(steps::draft(&self.answers, self.context()));
    }
}
