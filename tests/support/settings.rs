//! Configuration files of a plan as their YAML reads back: flat, by the settings' dotted names.

use std::collections::BTreeMap;

use serde_yaml::Value;
use stackseal::plan::{Config, Content, FileSpec, Form, Plan, Product, SecretId, SecretText, config_text};
use stackseal::steps::heading;

use super::scenario;

pub type Settings = BTreeMap<String, Value>;

/// Of the product's own file on the first host that runs it.
pub fn settings(plan: &Plan, product: Product) -> Settings {
    of(plan, product, Form::Main)
}

/// Of the first file of this form.
pub fn of(plan: &Plan, product: Product, form: Form) -> Settings {
    let fits = |config: &&Config| config.place.product == product && config.form == form;
    read(plan.configs.iter().find(fits).unwrap_or_else(|| panic!("no {form:?} file of {product}")))
}

pub fn read(config: &Config) -> Settings {
    let text = config_text(config, &heading);
    match config.form {
        Form::Item => serde_yaml::from_str::<Vec<Settings>>(&text).unwrap().remove(0),
        Form::Main | Form::Beside => flat(&text),
    }
}

pub fn flat(text: &str) -> Settings {
    serde_yaml::from_str(text).unwrap()
}

/// File names alone, in lists too; URLs stay whole.
pub fn without_folder(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.contains("://") => Value::from(text.rsplit('/').next().unwrap()),
        Value::Sequence(items) => Value::Sequence(items.iter().map(without_folder).collect()),
        other => other.clone(),
    }
}

/// Every configuration file of every good scenario, with the scenario's name.
pub fn each(product: Product, mut look: impl FnMut(&str, &Plan, &Config, &Settings)) {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for config in plan.configs.iter().filter(|config| config.place.product == product) {
            look(&format!("{} {}", scenario.name, config.place.host), &plan, config, &read(config));
        }
    }
}

/// Only the products' own files.
pub fn each_main(product: Product, mut look: impl FnMut(&str, &Plan, &Config, &Settings)) {
    each(product, |name, plan, config, settings| {
        if config.form == Form::Main {
            look(name, plan, config, settings);
        }
    });
}

/// A file in this product's folder of its host.
pub fn below<'a>(plan: &'a Plan, config: &Config, path: &str) -> Option<&'a FileSpec> {
    let whole = format!("hosts/{}/{}/{path}", config.place.host, config.place.product.word());
    plan.files.iter().find(|file| file.path.as_str() == whole)
}

/// What the product keeps in its own store under this name.
pub fn stored<'a>(plan: &'a Plan, config: &Config, name: &str) -> Option<&'a SecretId> {
    stored_text(plan, config, name).map(SecretText::secret)
}

/// In the finished store, or as a bare file for the product's own tool.
pub fn stored_text<'a>(plan: &'a Plan, config: &Config, name: &str) -> Option<&'a SecretText> {
    if let Some(file) = below(plan, config, &format!("secure-settings/{name}")) {
        let Content::Secret(text) = &file.content else { panic!("{}: no bare secret", file.path) };
        return Some(text);
    }
    let store = below(plan, config, &format!("config/{}.keystore", config.place.product.word()))?;
    let Content::Keystore(keystore) = &store.content else { panic!("{}: no keystore", store.path) };
    keystore.settings.iter().find(|setting| setting.name == name).map(|setting| &setting.text)
}

/// One text or a list of them.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Sequence(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}
