//! Texts for people: a template of `assets/`, filled from the plan and from what forging made known.
//!
//! `{{name}}` is a variable; `{{#name}}` to `{{/name}}` on lines of their own stand only where the
//! variable is not empty, `{{^name}}` to `{{/name}}` only where it is; `{{fingerprint ID}}`,
//! `{{expires ID}}`, `{{places HOST}}`, `{{products HOST}}` and `{{tasks}}` come from the plan. The preview and the written file are made by
//! this one function; before forging, facts that do not exist yet are shown as such.

use std::fmt::Write;
use std::sync::Arc;

use super::{Check, IdentityId, Plan, Task, installer};

#[derive(Clone, Debug)]
pub struct Text {
    pub template: &'static str,
    pub vars: Vec<(&'static str, Arc<str>)>,
}

impl Text {
    pub fn new(template: &'static str) -> Self {
        Self { template, vars: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arc<str>>) -> Self {
        self.vars.push((name, value.into()));
        self
    }

    /// Whether it is run rather than read.
    pub fn is_program(&self) -> bool {
        self.template.starts_with("#!")
    }

    /// A word of a tag: a variable where a `$` stands before it.
    fn word<'a>(&'a self, word: &'a str) -> &'a str {
        word.strip_prefix('$').map_or(word, |name| self.var(name).unwrap_or_default())
    }

    fn var(&self, name: &str) -> Option<&str> {
        self.vars.iter().find(|(held, _)| *held == name).map(|(_, value)| &**value)
    }
}

/// Something about a certificate that only its bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// SHA-256 of the DER, upper-case hex with colons.
    Fingerprint,
    /// Last day of validity, `2029-02-24`.
    Expires,
}

pub trait Facts {
    fn fact(&self, id: &IdentityId, fact: Fact) -> Option<String>;
}

/// Before forging: nothing is known.
pub struct Unknown;

impl Facts for Unknown {
    fn fact(&self, _: &IdentityId, _: Fact) -> Option<String> {
        None
    }
}

/// What stands in a preview where a fact will be.
const NOT_YET: &str = "(known once the keys are made)";

pub fn render(text: &Text, plan: &Plan, facts: &dyn Facts) -> String {
    let mut out = String::with_capacity(text.template.len() * 2);
    let mut hidden: Vec<&str> = Vec::new();
    for line in text.template.lines() {
        let tag = line.trim();
        if let Some(name) = section(tag, "{{#") {
            if !hidden.is_empty() || text.var(name).is_none_or(str::is_empty) {
                hidden.push(name);
            }
        } else if let Some(name) = section(tag, "{{^") {
            if !hidden.is_empty() || text.var(name).is_some_and(|value| !value.is_empty()) {
                hidden.push(name);
            }
        } else if let Some(name) = section(tag, "{{/") {
            if hidden.last() == Some(&name) {
                hidden.pop();
            }
        } else if hidden.is_empty() {
            fill(line, text, plan, facts, &mut out);
            out.push('\n');
        }
    }
    out
}

fn section<'a>(line: &'a str, open: &str) -> Option<&'a str> {
    line.strip_prefix(open)?.strip_suffix("}}")
}

fn fill(line: &str, text: &Text, plan: &Plan, facts: &dyn Facts, out: &mut String) {
    let mut rest = line;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        out.push_str(&rest[..start]);
        let tag = &rest[start + 2..start + length];
        match tag.split_once(' ') {
            Some(("fingerprint", id)) => push_fact(id, Fact::Fingerprint, text, facts, out),
            Some(("expires", id)) => push_fact(id, Fact::Expires, text, facts, out),
            Some(("products", host)) => out.push_str(&installer::products(plan, text.word(host))),
            Some(("places", host)) => out.push_str(&installer::places(plan, text.word(host))),
            _ if tag == "tasks" => out.push_str(tasks_text(&plan.tasks).trim_end()),
            _ => out.push_str(text.var(tag).unwrap_or_default()),
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
}

/// The id may itself be a variable: `{{fingerprint $ca}}`.
fn push_fact(id: &str, fact: Fact, text: &Text, facts: &dyn Facts, out: &mut String) {
    match facts.fact(&IdentityId::new(text.word(id)), fact) {
        Some(known) => out.push_str(&known),
        None => out.push_str(NOT_YET),
    }
}

/// Tasks as Markdown, numbered in order.
fn tasks_text(tasks: &[Task]) -> String {
    let mut out = String::new();
    for (index, task) in tasks.iter().enumerate() {
        let _ = write!(out, "### {}. {}\n\n{}\n\n", index + 1, task.title, task.why);
        for action in &task.actions {
            if !action.hosts.is_empty() {
                let kind = action.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
                let _ = writeln!(out, "On {}{kind}:\n", action.hosts);
            }
            if !action.commands.is_empty() {
                let _ = write!(out, "```sh\n{}\n```\n\n", action.commands.join("\n"));
            }
        }
        out.push_str(&check_text(&task.check));
    }
    out
}

/// A check as Markdown.
pub fn check_text(check: &Check) -> String {
    match (check.command.is_empty(), check.there) {
        (true, _) => format!("It worked when {}.\n\n", check.expect),
        (false, true) => {
            format!("On each of them, it worked when {}:\n\n```sh\n{}\n```\n\n", check.expect, check.command)
        }
        (false, false) => {
            format!("Here, it worked when {}:\n\n```sh\n{}\n```\n\n", check.expect, check.command)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_variables_and_facts() {
        let template = "a {{x}}\n{{#y}}\nhidden\n{{/y}}\n{{^y}}\nshown {{fingerprint $ca}}\n{{/y}}\nend";
        let text = Text::new(template).with("x", "1").with("y", "").with("ca", "https.ca");
        let out = render(&text, &Plan::default(), &Unknown);
        assert_eq!(out, format!("a 1\nshown {NOT_YET}\nend\n"));
    }
}
