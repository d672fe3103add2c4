//! Where the products' own secrets go: into stores that the products open by themselves, or as bare files
//! that their own tools read. Knows no format of a store.

use super::field::choices;
use super::overview;
use super::passwords::PasswordSource;
use super::stack::Node;
use super::{Answers, Draft};
use crate::plan::{
    Content, FileSpec, Keystore, KeystoreFormat, Origin, Product, SecretId, SecretSpec, SecretText,
    SecureSetting, StepId, codes,
};

choices! {
    /// How secrets reach a product.
    SecretsBy {
        Keystore = "keystore", "a keystore", "Made here and copied with the rest; the product starts at once.";
        Commands = "commands", "commands", "Bare files, which the product's own tool puts into its store.";
    }
}

/// How the secrets of `product` reach its hosts.
pub fn way(answers: &Answers, product: Product) -> SecretsBy {
    match product {
        Product::Elasticsearch => answers.overview.elasticsearch_secrets,
        Product::Kibana => answers.overview.kibana_secrets,
        Product::Metricbeat => answers.overview.metricbeat_secrets,
    }
}

/// Whether hosts of `product` get a finished store.
pub fn has_store(answers: &Answers, product: Product) -> bool {
    way(answers, product) == SecretsBy::Keystore
}

/// Whether nodes need a password to open their stores at the start.
pub fn has_store_password(answers: &Answers) -> bool {
    has_store(answers, Product::Elasticsearch) && answers.overview.keystore_password != PasswordSource::Blank
}

impl Draft<'_> {
    /// A value that this product reads from its own store.
    pub(super) fn secure_setting(&mut self, by: StepId, node: &Node, name: &'static str, text: SecretText) {
        self.secure.push((node.config, SecureSetting { name, text, by }));
    }
}

/// Called when every step has said what it stores.
pub fn draft(draft: &mut Draft<'_>) {
    let mut by_config: Vec<Vec<SecureSetting>> = vec![Vec::new(); draft.plan.configs.len()];
    for (config, setting) in std::mem::take(&mut draft.secure) {
        if let Some(settings) = by_config.get_mut(config.index()) {
            settings.push(setting);
        }
    }
    let password = has_store_password(draft.answers).then(|| store_password(draft));
    let nodes: Vec<_> = draft.stack.everywhere().cloned().collect();
    for node in nodes {
        let settings = by_config.get_mut(node.config.index()).map(std::mem::take).unwrap_or_default();
        if has_store(draft.answers, node.place.product) {
            store(draft, &node, settings, password.as_ref());
        } else {
            bare_files(draft, &node, settings);
        }
    }
}

/// A password on the store stops a start that nobody watches, so it is asked for, never proposed.
fn store_password(draft: &mut Draft<'_>) -> SecretId {
    let id = SecretId::new("overview.keystore_password");
    let origin = if draft.answers.overview.keystore_password == PasswordSource::Typed {
        draft.check_typed(&id, codes::KEYSTORE_PASSWORD);
        Origin::Typed
    } else {
        Origin::Generated(24)
    };
    draft.plan.secrets.push(SecretSpec { id: id.clone(), origin });
    draft.account_file("elasticsearch-keystore", &id);
    id
}

fn store(draft: &mut Draft<'_>, node: &Node, mut settings: Vec<SecureSetting>, password: Option<&SecretId>) {
    let product = node.place.product;
    if product == Product::Elasticsearch {
        settings.push(seed(draft, node));
    }
    settings.sort_by(|one, other| one.name.cmp(other.name));
    settings.dedup_by(|one, other| one.name == other.name && one.text == other.text);
    let keystore = Keystore {
        format: KeystoreFormat::of(product, draft.stack.version),
        settings,
        password: password.filter(|_| product == Product::Elasticsearch).cloned(),
    };
    if let Some(password) = &keystore.password {
        // For the start, which reads it from standard input or from a file.
        draft.plan.push_file(FileSpec {
            path: node.path("keystore.password"),
            content: Content::Secret(SecretText::Plain(password.clone())),
            place: Some(node.place.clone()),
            by: overview::ID,
        });
    }
    let name = format!("{}.keystore", product.word());
    draft.config_file(overview::ID, node, &name, Content::Keystore(keystore));
}

/// A node whose store lacks it writes a new store, for which a package's service has no right.
fn seed(draft: &mut Draft<'_>, node: &Node) -> SecureSetting {
    let id = SecretId::new(format!("overview.keystore_seed.{}", node.name));
    draft.plan.secrets.push(SecretSpec { id: id.clone(), origin: Origin::Generated(20) });
    SecureSetting { name: "keystore.seed", text: SecretText::Plain(id), by: overview::ID }
}

fn bare_files(draft: &mut Draft<'_>, node: &Node, settings: Vec<SecureSetting>) {
    for setting in settings {
        draft.plan.push_file(FileSpec {
            path: node.path(format_args!("secure-settings/{}", setting.name)),
            content: Content::Secret(setting.text),
            place: Some(node.place.clone()),
            by: setting.by,
        });
    }
}
