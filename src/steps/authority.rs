//! What the steps that make a CA have in common.

use std::sync::Arc;

use super::{Answers, Draft};
use crate::plan::{
    Code, Content, Entry, Identity, IdentityId, Issuer, Plan, SecretId, SecretText, StepId, Store, Usages,
};
use crate::values::{Dn, Sans, Span};

pub struct Authority<'a> {
    pub id: IdentityId,
    pub by: StepId,
    /// As typed; empty for a name made of the cluster's.
    pub subject: &'a str,
    pub subject_code: Code,
    /// `transport CA`, for the name that is made.
    pub title: &'static str,
    pub span: Span,
    pub password: Option<SecretId>,
    /// The store below `authorities/`.
    pub file: &'static str,
}

impl Draft<'_> {
    /// A CA of this session, with its store and the store's password for the operator.
    pub(super) fn authority(&mut self, authority: Authority<'_>) {
        let Authority { id, by, subject, subject_code, title, span, password, file } = authority;
        if let Err(invalid) = if subject.trim().is_empty() { Ok(Dn::cn("")) } else { subject.parse::<Dn>() } {
            self.plan.file_issue(subject_code, format!("{by}.ca_subject"), format!("{subject:?}: {invalid}"));
        }
        self.plan.identities.push(Identity {
            id: id.clone(),
            subject: self::subject(self.answers, by, title, subject, &self.stack.run),
            sans: Arc::new(Sans::new()),
            span,
            key: self.stack.ca_key,
            issuer: Issuer::Itself,
            usages: Usages::authority(),
            by,
        });
        let store =
            Store { entries: vec![Entry::Key { alias: "ca".into(), of: id }], password: password.clone() };
        self.operator_file(&format!("authorities/{file}"), Content::Store(store), by);
        if let Some(password) = password {
            let content = Content::Secret(SecretText::Plain(password));
            self.operator_file(&format!("authorities/{file}.password"), content, by);
        }
    }
}

/// The CA's name: typed, or of the cluster; always with the run in it, so that no two CAs share one.
pub fn subject(answers: &Answers, by: StepId, title: &str, typed: &str, run: &str) -> Dn {
    let typed = if typed.is_empty() { typed_subject(answers, by) } else { typed };
    match typed.parse::<Dn>() {
        Ok(dn) if !typed.trim().is_empty() => with_run(&dn, run),
        _ => {
            // A CN has at most 64 characters (RFC 5280, ub-common-name).
            let cluster: String = answers.overview.cluster_name.trim().chars().take(36).collect();
            let cluster = if cluster.is_empty() { "cluster" } else { &cluster };
            Dn::cn(&format!("{cluster} {title} {run}"))
        }
    }
}

fn typed_subject(answers: &Answers, by: StepId) -> &str {
    if by == "transport" { &answers.transport.ca_subject } else { &answers.https.ca_subject }
}

fn with_run(dn: &Dn, run: &str) -> Dn {
    let text = dn.to_string();
    if text.contains(run) {
        dn.clone()
    } else {
        format!("{text},SERIALNUMBER={run}").parse().unwrap_or_else(|_| dn.clone())
    }
}

/// A span of the form, or the stand-in with an issue.
pub fn span(plan: &mut Plan, text: &str, field: &str, code: Code, otherwise: Span) -> Span {
    text.parse().unwrap_or_else(|invalid| {
        plan.file_issue(code, field, format!("{text:?}: {invalid}"));
        otherwise
    })
}
