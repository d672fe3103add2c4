//! A file as it can be shown before it exists: text in full, everything else as a description drawn
//! from the plan. Both doors show this.

use std::fmt::Write;

use super::{
    Content, Entry, Facts, FileSpec, Identity, IdentityId, Issuer, Keystore, Plan, SecretText, StepId, Store,
    config_text, render,
};

/// The preview of `file`. Secrets are named, never shown.
pub fn preview(
    plan: &Plan,
    file: &FileSpec,
    facts: &dyn Facts,
    titles: &dyn Fn(StepId) -> &'static str,
) -> String {
    content(plan, &file.content, facts, titles)
}

fn content(
    plan: &Plan,
    content: &Content,
    facts: &dyn Facts,
    titles: &dyn Fn(StepId) -> &'static str,
) -> String {
    let mut out = String::new();
    match content {
        Content::Settings(id) => return plan.config(*id).map(|c| config_text(c, titles)).unwrap_or_default(),
        Content::Text(text) => return render(text, plan, facts),
        Content::Receipt => {
            out.push_str("hashes, fingerprints, expiry dates, owners and modes of all files; no secret\n");
        }
        Content::Archive(members) => {
            for member in members {
                let _ = writeln!(out, "{}  {}", member.path, member.content.kind());
            }
        }
        Content::Certificates(ids) => {
            for id in ids {
                push_identity(plan, id, "certificate", &mut out);
            }
        }
        Content::Key { of, password } => {
            let how = if password.is_some() { "encrypted, PBES2 with AES-256" } else { "not encrypted" };
            let _ = writeln!(out, "private key of {of}, PKCS#8, {how}");
        }
        Content::Keystore(keystore) => {
            push_keystore(keystore, &mut out);
        }
        Content::Request(of) => push_identity(plan, of, "request", &mut out),
        Content::Secret(text) => {
            let _ = writeln!(out, "hidden: {}", what_is_hidden(text));
        }
        Content::ServiceTokens(tokens) => {
            for token in tokens {
                let _ = writeln!(
                    out,
                    "{}/{}:{{PBKDF2_STRETCH}}…   the hash of a token",
                    token.account, token.name
                );
            }
        }
        Content::Users(users) => {
            for user in users {
                let _ = writeln!(out, "{}:{{PBKDF2_STRETCH}}…   the hash of a password", user.name);
            }
        }
        Content::Store(store) => {
            push_store(plan, store, &mut out);
        }
    }
    out
}

fn what_is_hidden(text: &SecretText) -> String {
    match text {
        SecretText::Bearer(token) => format!("the token {}/{}", token.account, token.name),
        SecretText::Plain(id) => id.to_string(),
    }
}

fn push_keystore(keystore: &Keystore, out: &mut String) {
    let how = if keystore.password.is_some() { "with a password" } else { "without a password" };
    let _ = writeln!(out, "{}, {how}", keystore.format);
    for setting in &keystore.settings {
        let _ = writeln!(out, "  {}", setting.name);
    }
}

fn push_store(plan: &Plan, store: &Store, out: &mut String) {
    let how = if store.password.is_some() { "with a password" } else { "with a blank password" };
    let _ = writeln!(out, "PKCS#12, {how}");
    for entry in &store.entries {
        match entry {
            Entry::Key { alias, of } => {
                push_identity(plan, of, &format!("entry {alias}: private key"), out);
            }
            Entry::Trusted { alias, of } => {
                push_identity(plan, of, &format!("entry {alias}: trusted"), out);
            }
        }
    }
}

fn push_identity(plan: &Plan, id: &IdentityId, title: &str, out: &mut String) {
    let Some(identity) = plan.identity(id) else { return };
    let _ = writeln!(out, "\n{title}");
    let _ = writeln!(out, "  subject  {}", identity.subject);
    let names = names(identity);
    if !names.is_empty() {
        let _ = writeln!(out, "  names    {}", names.join(", "));
    }
    let issuer = match &identity.issuer {
        Issuer::Itself => "itself".to_owned(),
        Issuer::Outside => "an outside authority".to_owned(),
        Issuer::Other(id) => {
            plan.identity(id).map_or_else(|| id.to_string(), |issuer| issuer.subject.to_string())
        }
    };
    let _ = writeln!(out, "  issuer   {issuer}");
    if !matches!(identity.issuer, Issuer::Outside) {
        let _ = writeln!(out, "  valid    {}", identity.span);
    }
    let _ = writeln!(out, "  key      {}", identity.key);
    let _ = writeln!(out, "  usage    {}", usages(identity));
}

fn names(identity: &Identity) -> Vec<String> {
    let dns = identity.sans.dns().iter().map(ToString::to_string);
    dns.chain(identity.sans.ip().iter().map(ToString::to_string)).collect()
}

fn usages(identity: &Identity) -> String {
    if identity.is_authority() {
        return "signs certificates".into();
    }
    let mut words: Vec<String> = identity.usages.key.iter().map(ToString::to_string).collect();
    words.extend(identity.usages.server.then(|| "serverAuth".to_owned()));
    words.extend(identity.usages.client.then(|| "clientAuth".to_owned()));
    words.join(", ")
}
