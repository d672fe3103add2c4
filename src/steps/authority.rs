//! What the steps that make a CA have in common.

use std::sync::Arc;

use super::passwords::PasswordSource;
use super::{Answers, Draft};
use crate::plan::{
    Code, Content, Entry, Identity, IdentityId, Issuer, Plan, SecretText, StepId, Store, Usages,
};
use crate::values::{Dn, Sans, Span};

/// What a step asks of a CA of its own, with where it asks.
pub struct OwnCa<'a> {
    pub id: IdentityId,
    pub by: StepId,
    /// `transport CA`, for the name that is made.
    pub title: &'static str,
    /// The store below `authorities/`.
    pub file: &'static str,
    /// As typed; empty for a name made of the cluster's.
    pub subject: &'a str,
    pub validity: &'a str,
    pub password: PasswordSource,
    /// The ids of the fields of validity and password.
    pub fields: [&'static str; 2],
    pub codes: CaCodes,
}

pub struct CaCodes {
    pub subject: Code,
    pub validity: Code,
    pub password: Code,
    pub blank: Code,
}

impl Draft<'_> {
    /// Makes the CA that the answers describe, with its store and the store's password for the operator; returns how
    /// long it lives.
    pub(super) fn own_ca(&mut self, ca: OwnCa<'_>) -> Span {
        let OwnCa { id, by, title, file, subject: typed, validity, password, fields, codes } = ca;
        let [validity_field, password_field] = fields;
        let span = span(&mut self.plan, validity, validity_field, codes.validity, Span::years(10));
        let password = self.password(password_field, password, codes.password, codes.blank);
        if let Some(Err(invalid)) = (!typed.trim().is_empty()).then(|| typed.parse::<Dn>()) {
            self.plan.file_issue(codes.subject, format!("{by}.ca_subject"), format!("{typed:?}: {invalid}"));
        }
        self.plan.identities.push(Identity {
            id: id.clone(),
            subject: subject(self.answers, title, typed, &self.stack.run),
            sans: Arc::new(Sans::new()),
            span,
            key: self.stack.ca_key,
            issuer: Issuer::Itself,
            usages: Usages::authority(),
            by,
        });
        let entries = vec![Entry::Key { alias: "ca".into(), of: id }];
        let store = Store { entries, password: password.clone() };
        self.operator_file(&format!("authorities/{file}"), Content::Store(store), by);
        if let Some(password) = password {
            let content = Content::Secret(SecretText::Plain(password));
            self.operator_file(&format!("authorities/{file}.password"), content, by);
        }
        span
    }

    /// Says where a certificate would outlive its CA.
    pub(super) fn check_outlives(&mut self, code: Code, field: &str, span: Span, ca: Span) {
        if span.about_days() > ca.about_days() {
            let message = format!(
                "{span} is longer than the CA's {ca}: the certificates end with their CA; type {ca} or less here, or more there"
            );
            self.plan.file_issue(code, field, message);
        }
    }
}

/// The CA's name: typed, or of the cluster; always with the run in it, so that no two CAs share one.
pub fn subject(answers: &Answers, title: &str, typed: &str, run: &str) -> Dn {
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

fn with_run(dn: &Dn, run: &str) -> Dn {
    let text = dn.to_string();
    if text.contains(run) {
        dn.clone()
    } else {
        format!("{text},SERIALNUMBER={run}").parse().unwrap_or_else(|_| dn.clone())
    }
}

/// Parts that all subjects of a step share, as typed; none where there are none.
pub fn shared_subject(plan: &mut Plan, text: &str, field: &'static str, code: Code) -> Option<Dn> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // A word alone would become a second CN.
    if !text.contains('=') {
        let message = format!("{text:?}: each part is KEY=value, such as O=Example or OU=Ops,O=Example");
        plan.file_issue(code, field, message);
        return None;
    }
    match text.parse() {
        Ok(dn) => Some(dn),
        Err(invalid) => {
            plan.file_issue(code, field, format!("{text:?}: {invalid}"));
            None
        }
    }
}

/// A span of the form, or the stand-in with an issue.
pub fn span(plan: &mut Plan, text: &str, field: &str, code: Code, otherwise: Span) -> Span {
    text.parse().unwrap_or_else(|invalid| {
        let typed = if text.trim().is_empty() { "missing".to_owned() } else { format!("{text:?}") };
        plan.file_issue(code, field, format!("{typed}: {invalid}"));
        otherwise
    })
}
