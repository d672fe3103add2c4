//! A file of the plan before it exists: its text, or what a store or certificate will hold. Spans
//! become dates here. Shows no secret: there is none yet, and typed ones are not looked at.

use time::OffsetDateTime;

use crate::plan::{
    Content, Entry, FileSpec, Identity, IdentityId, Issuer, Origin, Plan, SecretId, SecretText, Store, Unknown,
    config_text, render,
};
use crate::steps;
use crate::values::{Span, date_text};

/// Names of one certificate that are shown one by one.
const NAMES: usize = 12;

/// The lines of a file's preview.
pub fn describe(plan: &Plan, file: &FileSpec, today: OffsetDateTime) -> Vec<String> {
    let mut lines = Vec::new();
    content(plan, &file.content, today, "", &mut lines);
    lines
}

/// `until 2029-11-22`.
pub fn until(span: Span, today: OffsetDateTime) -> String {
    format!("until {}", date_text(span.after(today)))
}

fn content(plan: &Plan, content: &Content, today: OffsetDateTime, indent: &str, out: &mut Vec<String>) {
    match content {
        Content::Settings(id) => {
            let text = plan.config(*id).map(|config| config_text(config, &steps::heading)).unwrap_or_default();
            out.extend(text.lines().map(|line| format!("{indent}{line}")));
        }
        Content::Text(text) => {
            out.extend(render(text, plan, &Unknown).lines().map(|line| format!("{indent}{line}")));
        }
        Content::Certificates(ids) => {
            for id in ids {
                certificate(plan, id, today, indent, "certificate", out);
            }
        }
        Content::Store(store) => self::store(plan, store, today, indent, out),
        Content::Key { of, password } => {
            out.push(format!("{indent}private key of {}", subject(plan, of)));
            lock(plan, password.as_ref(), indent, out);
        }
        Content::Request(of) => certificate(plan, of, today, indent, "request", out),
        Content::Receipt => out.push(format!("{indent}made last: every file with its hash, owner and mode")),
        Content::Secret(text) => out.push(format!("{indent}{}", secret(plan, text))),
        Content::ServiceTokens(tokens) => out.extend(
            tokens.iter().map(|token| format!("{indent}{}/{}: its hash, no secret", token.account, token.name)),
        ),
        Content::Archive(members) => {
            for member in members {
                out.push(format!("{indent}{}  ({})", member.path, member.content.kind()));
                if !matches!(member.content, Content::Text(_)) {
                    self::content(plan, &member.content, today, &format!("{indent}    "), out);
                }
            }
        }
    }
}

fn store(plan: &Plan, store: &Store, today: OffsetDateTime, indent: &str, out: &mut Vec<String>) {
    for entry in &store.entries {
        match entry {
            Entry::Key { alias, of } => {
                certificate(plan, of, today, indent, &format!("entry {alias}: private key"), out);
            }
            Entry::Trusted { alias, of } => {
                out.push(format!("{indent}entry {alias}: trusted"));
                out.push(format!("{indent}  {}", subject(plan, of)));
            }
        }
    }
    lock(plan, store.password.as_ref(), indent, out);
}

fn certificate(
    plan: &Plan,
    id: &IdentityId,
    today: OffsetDateTime,
    indent: &str,
    title: &str,
    out: &mut Vec<String>,
) {
    let Some(identity) = plan.identity(id) else {
        out.push(format!("{indent}{title}: {id}, which nobody issues"));
        return;
    };
    out.push(format!("{indent}{title}"));
    let mut row = |label: &str, value: String| out.push(format!("{indent}  {label:<8} {value}"));
    row("subject", identity.subject.to_string());
    let sans = &identity.sans;
    let names = sans.dns().iter().map(ToString::to_string).chain(sans.ip().iter().map(ToString::to_string));
    for (number, name) in names.take(NAMES).enumerate() {
        row(if number == 0 { "names" } else { "" }, name);
    }
    if sans.len() > NAMES {
        row("", format!("and {} more", sans.len() - NAMES));
    }
    match &identity.issuer {
        Issuer::Itself => row("issuer", "itself".into()),
        Issuer::Other(issuer) => row("issuer", subject(plan, issuer)),
        Issuer::Outside => row("issuer", "an outside CA, awaited".into()),
    }
    row("valid", format!("{}, {}", identity.span, until(identity.span, today)));
    row("key", identity.key.to_string());
    row("for", usages(identity));
}

fn usages(identity: &Identity) -> String {
    if identity.usages.authority {
        return "signing certificates".into();
    }
    let ends = [(identity.usages.server, "server"), (identity.usages.client, "client")];
    let ends: Vec<&str> = ends.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect();
    if ends.is_empty() { "any use".into() } else { ends.join(" and ") }
}

fn subject(plan: &Plan, id: &IdentityId) -> String {
    plan.identity(id).map_or_else(|| id.to_string(), |identity| identity.subject.to_string())
}

fn lock(plan: &Plan, password: Option<&SecretId>, indent: &str, out: &mut Vec<String>) {
    out.push(match password {
        None => format!("{indent}no password"),
        Some(id) => format!("{indent}password {}", origin(plan, id)),
    });
}

fn secret(plan: &Plan, text: &SecretText) -> String {
    match text {
        SecretText::Bearer(token) => format!("hidden; the token of {}, generated", token.account),
        SecretText::Plain(id) => format!("hidden; {}", origin(plan, id)),
    }
}

fn origin(plan: &Plan, id: &SecretId) -> String {
    match plan.secrets.iter().find(|spec| spec.id == *id).map(|spec| spec.origin) {
        Some(Origin::Generated(length)) => format!("generated, {length} characters"),
        Some(Origin::Typed) => "as typed".into(),
        None => "unknown".into(),
    }
}
