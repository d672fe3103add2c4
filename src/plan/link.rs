//! Checks that hold the plan together as a linker would: every name that is used is made by somebody,
//! no two steps contradict each other, every client finds a server that it can believe.

mod exclusive;
mod meet;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Account, Content, FileSpec, Identity, IdentityId, Issuer, Origin, Plan, codes};

impl Plan {
    /// Files what is wrong between the steps, and puts tasks and files into their order.
    pub fn link(&mut self) {
        let mut found = Vec::new();
        {
            let by_id: HashMap<&IdentityId, &Identity> = self.identities.iter().map(|i| (&i.id, i)).collect();
            self.check_names(&by_id, &mut found);
            for connection in &self.connections {
                meet::check(connection, &by_id, &mut found);
            }
        }
        self.check_clashes(&mut found);
        self.check_keystores(&mut found);
        self.check_paths(&mut found);
        exclusive::check(self, &mut found);
        self.check_authorities(&mut found);
        self.check_accounts(&mut found);
        for (code, field, message) in found {
            self.file_issue(code, field, message);
        }
        self.tasks.sort_by_key(|task| task.phase);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }

    fn check_names(&self, by_id: &HashMap<&IdentityId, &Identity>, found: &mut Vec<Found>) {
        for identity in &self.identities {
            if let Issuer::Other(issuer) = &identity.issuer
                && !by_id.get(issuer).is_some_and(|i| i.is_authority())
            {
                let message = format!("{} is to be signed by {issuer}, which nobody makes", identity.id);
                found.push((codes::DANGLING_IDENTITY, identity.by.to_owned(), message));
            }
        }
        let secrets: HashSet<_> = self.secrets.iter().map(|secret| &secret.id).collect();
        let held: HashSet<_> = self.files.iter().flat_map(|file| file.content.held_secrets()).collect();
        let drawn = self.secrets.iter().filter(|secret| matches!(secret.origin, Origin::Generated(_)));
        // With an error among the answers, hosts may be missing that would have held it.
        let sound = self.is_sound();
        for secret in drawn.filter(|secret| sound && !held.contains(&secret.id)) {
            let message = format!("{} is drawn and stands in no file", secret.id);
            found.push((codes::SECRET_LOST, step_of(secret.id.as_str()).to_owned(), message));
        }
        for file in &self.files {
            for id in file.content.identities().into_iter().filter(|id| !by_id.contains_key(id)) {
                let message = format!("{} holds {id}, which nobody makes", file.path);
                found.push((codes::DANGLING_IDENTITY, file.by.to_owned(), message));
            }
            for id in file.content.secrets().into_iter().filter(|id| !secrets.contains(id)) {
                let message = format!("{} needs {id}, which nobody draws", file.path);
                found.push((codes::DANGLING_SECRET, file.by.to_owned(), message));
            }
        }
    }

    fn check_clashes(&self, found: &mut Vec<Found>) {
        for config in &self.configs {
            for (first, second) in config.clashes() {
                let message = format!(
                    "{} on {} is {} for step {} and {} for step {}",
                    first.key,
                    config.place.host,
                    first.value.preview(),
                    first.by,
                    second.value.preview(),
                    second.by
                );
                found.push((codes::CLASH, second.by.to_owned(), message));
            }
        }
    }

    /// A store keeps one value under a name.
    fn check_keystores(&self, found: &mut Vec<Found>) {
        for file in &self.files {
            let Content::Keystore(keystore) = &file.content else { continue };
            for pair in keystore.settings.windows(2) {
                if let [first, second] = pair
                    && first.name == second.name
                {
                    let message = format!(
                        "{} in {} is {} for step {} and {} for step {}",
                        first.name,
                        file.path,
                        first.text.secret(),
                        first.by,
                        second.text.secret(),
                        second.by
                    );
                    found.push((codes::CLASH, second.by.to_owned(), message));
                }
            }
        }
    }

    fn check_paths(&self, found: &mut Vec<Found>) {
        let mut seen: HashMap<Cow<'_, str>, &FileSpec> = HashMap::with_capacity(self.files.len());
        for file in &self.files {
            // Compared as a file system does that ignores case; most paths are in small letters already.
            let path = file.path.as_str();
            let upper = path.bytes().any(|byte| byte.is_ascii_uppercase());
            let key = if upper { path.to_ascii_lowercase().into() } else { path.into() };
            if let Some(first) = seen.insert(key, file) {
                let message =
                    format!("{} is made by step {} and again by step {}", file.path, first.by, file.by);
                found.push((codes::PATH_TWICE, file.by.to_owned(), message));
            }
        }
    }

    /// The chain above an identity, nearest issuer first, as far as the plan knows it.
    pub fn issuers_of<'a>(&'a self, identity: &'a Identity) -> Vec<&'a Identity> {
        let mut chain: Vec<&Identity> = Vec::new();
        let mut at = identity;
        while let Issuer::Other(id) = &at.issuer {
            match self.identity(id) {
                Some(next) if !chain.iter().any(|held| held.id == next.id) => {
                    chain.push(next);
                    at = next;
                }
                _ => break,
            }
        }
        chain
    }
}

/// Secrets are named like fields, after their step.
fn step_of(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

type Found = (super::Code, String, String);

impl Plan {
    /// Two CAs of one name: a client that trusts one of them takes it for the other and fails with no word
    /// of the reason.
    fn check_authorities(&self, found: &mut Vec<Found>) {
        let all: Vec<&Identity> = self.identities.iter().filter(|i| i.is_authority()).collect();
        for (index, authority) in all.iter().enumerate() {
            if let Some(first) = all[..index].iter().find(|other| other.subject == authority.subject) {
                let message = format!(
                    "{} is the name of the CA of step {} too; give each CA its own, or leave the subject empty",
                    authority.subject, first.by
                );
                found.push((codes::CA_NAME_TWICE, format!("{}.ca_subject", authority.by), message));
            }
        }
    }

    fn check_accounts(&self, found: &mut Vec<Found>) {
        let mut said: Vec<&Account> = Vec::new();
        for need in self.needs.iter().filter(|need| !self.makes(&need.account)) {
            if said.contains(&&need.account) {
                continue;
            }
            said.push(&need.account);
            let what = match &need.account {
                Account::Role(name) => format!("the role {name}"),
                Account::User(name) => format!("the user {name}"),
            };
            let message = format!("{} needs {what}, which is switched off; switch it on", need.who);
            found.push((codes::ACCOUNT_MISSING, need.field.to_owned(), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::plan::{Code, Config, Connection, InstallKind, Line, Place, Product, SecretText, Usages};
    use crate::values::{Dn, KeyKind, NameRules, Sans, Span, StackUrl};

    fn identity(id: &str, issuer: Issuer, usages: Usages) -> Identity {
        Identity {
            id: IdentityId::new(id),
            subject: Dn::cn(id),
            sans: Arc::new(Sans::new()),
            span: Span::years(1),
            key: KeyKind::EcP256,
            issuer,
            usages,
            by: "https",
        }
    }

    fn codes_of(mut plan: Plan) -> Vec<&'static str> {
        plan.link();
        plan.issues.iter().map(|issue| issue.code.name).collect()
    }

    fn file(path: &str, content: Content) -> FileSpec {
        FileSpec {
            path: path.parse().unwrap_or_else(|e| unreachable!("{e}")),
            content,
            place: None,
            by: "https",
        }
    }

    #[test]
    fn names_that_nobody_makes_are_found() {
        let mut plan = Plan::default();
        plan.identities.push(identity("leaf", Issuer::Other(IdentityId::new("nobody")), Usages::default()));
        plan.push_file(file("a", Content::Certificates(vec![IdentityId::new("gone")])));
        plan.push_file(file("b", Content::Secret(SecretText::Plain(super::super::SecretId::new("s")))));
        let expected = [codes::DANGLING_IDENTITY, codes::DANGLING_IDENTITY, codes::DANGLING_SECRET];
        assert_eq!(codes_of(plan), expected.map(|code: Code| code.name));
    }

    #[test]
    fn two_steps_that_disagree_are_both_named() {
        let host = "es-1".parse().unwrap_or_else(|e| unreachable!("{e}"));
        let place = Place {
            host,
            product: Product::Elasticsearch,
            kind: InstallKind::Package,
            folder: "/etc/x".into(),
        };
        let mut plan = Plan::default();
        let config = plan.open_config(Config::new(Arc::new(place)));
        plan.set(config, Line::new("transport", "a.b", true));
        plan.set(config, Line::new("https", "a.b", true));
        assert!(codes_of(plan.clone()).is_empty());
        plan.set(config, Line::new("https", "a.b", false));
        plan.link();
        let message = &plan.issues[0].message;
        assert!(message.contains("transport") && message.contains("https"), "{message}");
    }

    #[test]
    fn one_path_has_one_content() {
        let mut plan = Plan::default();
        plan.push_file(file("README.md", Content::Receipt));
        plan.push_file(file("readme.md", Content::Receipt));
        assert_eq!(codes_of(plan), [codes::PATH_TWICE.name]);
    }

    #[test]
    fn a_client_needs_a_server_that_it_can_believe() {
        let ca = identity("ca", Issuer::Itself, Usages::authority());
        let client_only = Usages { client: true, ..Usages::default() };
        let leaf = identity("leaf", Issuer::Other(ca.id.clone()), client_only);
        let url = StackUrl::parse("https://es-1:9200", 9200).unwrap_or_else(|e| unreachable!("{e}"));
        let mut plan = Plan::default();
        plan.connections.push(Connection {
            client: "Kibana",
            rules: NameRules::Node,
            url,
            servers: vec![leaf.id.clone()].into(),
            trusts: vec![IdentityId::new("other.ca")],
            checks_name: true,
            presents: None,
            asks: None,
            field: "kibana_client.hosts".into(),
            uncovered: codes::KIBANA_URL_NOT_COVERED,
        });
        plan.identities.extend([ca, leaf]);
        let expected = [codes::KIBANA_URL_NOT_COVERED, codes::NOT_A_SERVER, codes::UNTRUSTED];
        assert_eq!(codes_of(plan), expected.map(|code| code.name));
    }
}
