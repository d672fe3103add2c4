//! Configuration files of a plan as their YAML reads back: flat, by the settings' dotted names.

use std::collections::BTreeMap;

use serde_yaml::Value;
use stackseal::plan::{Config, Form, Plan, Product, config_text};
use stackseal::steps::heading;

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
