//! A question asked and its answer taken: choices by number or word, yes or no, texts, lists.

use super::dialogue::{Dialogue, Effect, Stage};
use super::hosts::SHOWN;
use super::question::{self, Place};
use super::words::{fit, row};
use crate::plan::{Issue, Weight};
use crate::sitting::answer::{self, Held};
use crate::sitting::text::count;
use crate::steps::{Choice, Kind};

/// More proposals than this are looked up in the help of whoever makes them.
const MOST_PROPOSALS: usize = 20;

impl Dialogue {
    /// Asks whatever is to be asked now.
    pub(super) fn ask(&mut self) {
        let brief = std::mem::take(&mut self.brief);
        match &self.stage {
            Stage::Wait => {}
            Stage::Question(place) => self.ask_question(*place, brief),
            Stage::Secret(place, first) => {
                let text = if first.is_some() {
                    "Once more: ".to_owned()
                } else {
                    let heading = question::heading(&self.session, *place);
                    let typed = if question::is_typed(&self.session, *place) {
                        "typed; Enter keeps it"
                    } else {
                        "nothing typed yet"
                    };
                    format!("{heading}, not shown while you type it [{typed}]: ")
                };
                self.out.push(Effect::AskSecret(fit(&text, self.manner.unicode)));
            }
            Stage::Start | Stage::File | Stage::Remove(_) | Stage::ReadOnly => self.ask_start(),
            Stage::Review => self.ask_review(),
            _ => self.ask_write(),
        }
    }

    fn ask_question(&mut self, place: Place, brief: bool) {
        let Some(held) = place.held(self.session.answers()) else { return };
        let heading = question::heading(&self.session, place);
        let current = question::current(&self.session, place);
        match held {
            Held::Add => {
                if !brief {
                    self.say(format!("{heading}, {current}"));
                    self.rows(SHOWN);
                }
                let next =
                    place.field().map_or(0, |field| answer::host_count(field, self.session.answers())) + 1;
                let how = if brief { "" } else { " as name dns,dns ip,ip" };
                self.prompt(format!("Host {next}{how}, or an empty line to go on: "));
            }
            Held::Choice { options, .. } | Held::Source { options, .. } => {
                let range = format!("from 1 to {} [{current}]: ", options.len());
                if brief {
                    return self.prompt(format!("{heading}, a number {range}"));
                }
                self.say(heading);
                self.tell_options(options);
                self.prompt(format!("A number {range}"));
            }
            Held::Flag(_) => self.prompt(format!("{heading}, yes or no [{current}]: ")),
            Held::Text(_) => {
                let proposals = self.proposals(place);
                for (index, proposal) in proposals.iter().enumerate().filter(|_| !brief) {
                    self.say(format!("  {} {proposal}", index + 1));
                }
                let how = match is_list(place) {
                    true if !proposals.is_empty() => ", numbers or texts separated by commas",
                    true => ", separated by commas",
                    false => "",
                };
                self.prompt(format!("{heading}{how} [{current}]: "));
            }
            Held::Row | Held::Secret => {}
        }
    }

    pub(super) fn tell_options(&mut self, options: &[Choice]) {
        for (index, option) in options.iter().enumerate() {
            self.say(row(&format!("{} {}: {}", index + 1, option.label, option.means)));
        }
    }

    /// What a list proposes, each once.
    fn proposals(&self, place: Place) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let field = place.field().filter(|_| place.column().is_none());
        for proposal in field.into_iter().flat_map(|field| (field.suggest)(self.session.answers())) {
            if found.len() < MOST_PROPOSALS && !found.contains(&proposal) {
                found.push(proposal);
            }
        }
        found
    }

    /// Enter: what is shown stays. An issue is told once before it is left behind.
    pub(super) fn keep(&mut self, place: Place) {
        if let Some(Held::Source { options, at }) = place.held(self.session.answers())
            && answer::is_typed(options, at)
            && !question::is_typed(&self.session, place)
            && self.session.read_only.is_none()
        {
            self.stage = Stage::Secret(place, None);
            return;
        }
        if self.warned == Some(place) || !self.tell_errors(place) {
            self.go_on(place);
        }
    }

    /// Whether there was something to tell.
    pub(super) fn tell_errors(&mut self, place: Place) -> bool {
        let messages: Vec<String> =
            question::errors(&self.session, place).iter().map(|issue| issue.message.clone()).collect();
        for message in &messages {
            self.say(format!("Not right yet: {message}"));
        }
        if !messages.is_empty() {
            self.say("Answer again, or press Enter to leave it so for now.");
            self.warned = Some(place);
        }
        !messages.is_empty()
    }

    pub(super) fn take_answer(&mut self, place: Place, text: &str) {
        if self.is_read_only() {
            return;
        }
        let Some(held) = place.held(self.session.answers()) else { return };
        match held {
            Held::Add => self.add_hosts(place, text),
            Held::Choice { options, .. } | Held::Source { options, .. } => {
                if let Some(at) = chosen(options, text) {
                    self.set(place, |step, answers| answer::set_option(step, place.slot, answers, at));
                } else {
                    self.none_of(options, text);
                }
            }
            Held::Flag(_) => match yes_or_no(text) {
                Some(on) => {
                    self.set(place, |step, answers| {
                        answer::set_option(step, place.slot, answers, usize::from(on));
                    });
                }
                None => self.say(format!("{text:?} is neither yes nor no.")),
            },
            Held::Text(_) => {
                let text = picked(&self.proposals(place), text).unwrap_or_else(|| text.to_owned());
                self.set(place, |step, answers| answer::set_text(step, place.slot, answers, &text));
            }
            Held::Row | Held::Secret => {}
        }
    }

    fn none_of(&mut self, options: &[Choice], text: &str) {
        let (last, words): (usize, Vec<&str>) =
            (options.len(), options.iter().map(|option| option.word).collect());
        self.brief = true;
        self.say(format!(
            "{text:?} is none of these; type a number from 1 to {last}, or one of the words {}.",
            words.join(", ")
        ));
    }

    pub(super) fn is_read_only(&mut self) -> bool {
        let why = self.session.read_only.clone();
        if let Some(why) = &why {
            self.say(format!("Nothing is changed, since this session is only read: {why}."));
        }
        why.is_some()
    }

    fn set(&mut self, place: Place, change: impl FnOnce(&crate::steps::Step, &mut crate::steps::Answers)) {
        let Some(step) = place.step() else { return };
        let before = Before::of(self);
        self.session.edit(Some((place.step, place.slot)), self.now, |answers| change(step, answers));
        self.save();
        let typed = match place.held(self.session.answers()) {
            Some(Held::Source { options, at }) => answer::is_typed(options, at),
            _ => false,
        };
        if typed {
            self.stage = Stage::Secret(place, None);
            return;
        }
        if self.tell_errors(place) {
            return;
        }
        self.tell_advice(place, &before);
        self.tell_elsewhere(place, &before);
        self.go_on(place);
    }

    fn tell_advice(&mut self, place: Place, before: &Before) {
        let issues = question::issues(&self.session, place);
        let new = issues.into_iter().filter(|issue| !before.issues.contains(issue));
        let messages: Vec<String> = new.map(|issue| issue.message.clone()).collect();
        for message in messages {
            self.say(format!("To consider: {message}"));
        }
    }

    /// What this answer changed beyond its own question.
    pub(super) fn tell_elsewhere(&mut self, place: Place, before: &Before) {
        let here = question::issues(&self.session, place);
        let plan = self.session.plan();
        let new = plan.issues.iter().filter(|issue| {
            issue.code.weight == Weight::Error && !before.issues.contains(issue) && !here.contains(issue)
        });
        let lines: Vec<String> = new.map(|issue| self.issue_line(issue)).collect();
        for line in lines {
            self.say(format!("With this answer: {line}"));
        }
        let questions = question::all(self.session.answers());
        if questions.len() != before.questions.len() {
            self.say(format!("With this answer there are {}.", count(questions.len(), "question")));
        }
        // The table may ask the new ones further up: nobody would come by them again.
        let new = questions.into_iter().take_while(|other| other.order() < place.order());
        self.earlier.extend(new.filter(|other| !before.questions.contains(other)));
    }
}

/// What is compared with after an answer.
pub(super) struct Before {
    issues: Vec<Issue>,
    questions: Vec<Place>,
}

impl Before {
    pub(super) fn of(dialogue: &Dialogue) -> Self {
        Self {
            issues: dialogue.session.plan().issues.clone(),
            questions: question::all(dialogue.session.answers()),
        }
    }
}

fn is_list(place: Place) -> bool {
    match (place.column(), place.field()) {
        (Some(column), _) => matches!(column.kind, crate::steps::HostKind::List(..)),
        (None, Some(field)) => matches!(field.kind, Kind::List(_)),
        (None, None) => false,
    }
}

/// By number, by the word of session files, or by label.
pub(super) fn chosen(options: &[Choice], text: &str) -> Option<usize> {
    let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.filter(|at| *at < options.len()).or_else(|| {
        options.iter().position(|option| {
            option.word.eq_ignore_ascii_case(text) || option.label.to_lowercase() == text.to_lowercase()
        })
    })
}

pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" => Some(true),
        "n" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// Numbers of proposals as the proposals; none where anything else is among them.
fn picked(proposals: &[String], text: &str) -> Option<String> {
    let words = crate::sitting::form::split(text);
    let of = |word: &String| proposals.get(word.parse::<usize>().ok()?.checked_sub(1)?).map(String::as_str);
    let found: Option<Vec<&str>> = words.iter().map(of).collect();
    found.filter(|found| !found.is_empty()).map(|found| found.join(", "))
}
