//! How steps ask for passwords, and where the values go: stores, secure settings, account files.

use super::Draft;
use super::field::choices;
use super::stack::Node;
use crate::plan::{Code, Content, FileSpec, Origin, SecretId, SecretSpec, SecretText, StepId};
use crate::values::{RelPath, password_problem};

choices! {
    /// Where the password of a store or key comes from.
    PasswordSource {
        Generated = "generated", "generated", "24 letters and digits that no shell or YAML touches.";
        Typed = "typed", "typed", "You type it twice here, or --secrets gives it; printable ASCII.";
        Blank = "blank", "blank", "No password: only file permissions protect the key.";
    }
}

/// Length of generated passwords: 24 of 62 characters are 142 bits.
const LENGTH: usize = 24;

impl Draft<'_> {
    /// The password that `field` describes; `None` where it is blank.
    pub(super) fn password(
        &mut self,
        field: &'static str,
        source: PasswordSource,
        bad: Code,
        blank: Code,
    ) -> Option<SecretId> {
        let id = SecretId::new(field);
        let origin = match source {
            PasswordSource::Blank => {
                let message = "blank: whoever gets the file has the key; a generated password costs nothing";
                self.plan.file_issue(blank, field, message);
                return None;
            }
            PasswordSource::Generated => Origin::Generated(LENGTH),
            PasswordSource::Typed => {
                self.check_typed(&id, bad);
                Origin::Typed
            }
        };
        self.plan.secrets.push(SecretSpec { id: id.clone(), origin });
        Some(id)
    }

    /// Files an issue where a secret that has to be typed is missing or unfit; never shows it.
    pub(super) fn check_typed(&mut self, id: &SecretId, bad: Code) {
        let message = match self.context.typed.get(id) {
            None => format!(
                "not typed yet; Enter types it here, {id} in the file of --secrets or STACKSEAL_SECRET_{} gives it to stackseal write",
                id.as_str().replace('.', "_").to_ascii_uppercase()
            ),
            Some(secret) => match password_problem(secret.reveal()) {
                None => return,
                Some(problem) => format!("the typed value {problem}"),
            },
        };
        self.plan.file_issue(bad, id.as_str(), message);
    }

    /// What a person or script needs later: `accounts/<name>.password`.
    pub(super) fn account_file(&mut self, name: &str, secret: &SecretId) {
        self.operator_file(
            &format!("accounts/{name}.password"),
            Content::Secret(SecretText::Plain(secret.clone())),
            "overview",
        );
    }

    /// A file that stays with the operator.
    pub(super) fn operator_file(&mut self, path: &str, content: Content, by: StepId) {
        let path = path.parse().unwrap_or_else(|_| RelPath::top(path));
        self.plan.push_file(FileSpec { path, content, place: None, by });
    }

    /// A file in a product's config folder.
    pub(super) fn config_file(&mut self, by: StepId, node: &Node, name: &str, content: Content) {
        self.plan.push_file(FileSpec {
            path: node.path(format_args!("config/{name}")),
            content,
            place: Some(node.place.clone()),
            by,
        });
    }
}
