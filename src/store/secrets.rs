//! Typed secrets for a run without a screen: a YAML file of field id and value, or the environment.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::read::refuse_growing;
use super::{Error, nearest};
use crate::plan::{Origin, Plan, SecretId, TypedSecrets};
use crate::values::Secret;

/// Reads `--secrets FILE`; `-` is standard input. The file must be readable by its owner alone.
pub fn read_secrets(path: &str, plan: &Plan) -> Result<TypedSecrets, Error> {
    let from = Path::new(path);
    let mut text = Zeroizing::new(String::new());
    if path == "-" {
        std::io::stdin().lock().take(1 << 20).read_to_string(&mut text).map_err(Error::io("read", from))?;
    } else {
        let mut file = std::fs::File::open(from).map_err(Error::io("read", from))?;
        refuse_readable(&file, from)?;
        file.by_ref().take(1 << 20).read_to_string(&mut text).map_err(Error::io("read", from))?;
    }
    refuse_growing(&text, from)?;
    // The reader's own message would quote the value, so only the place is told.
    let values: BTreeMap<String, SecretText> = serde_yaml::from_str(&text).map_err(|error| {
        let place = error
            .location()
            .map(|l| format!(" at line {} column {}", l.line(), l.column()))
            .unwrap_or_default();
        let message = format!("not YAML of the form  field.id: value{place}; put values in quotes");
        Error::Unreadable { path: from.to_owned(), message }
    })?;
    let mut typed = TypedSecrets::default();
    let wanted: Vec<&str> = wanted(plan).map(SecretId::as_str).collect();
    for (name, SecretText(value)) in values {
        if !wanted.contains(&name.as_str()) {
            let nearest = wanted.iter().min_by_key(|held| nearest::distance(&name, held));
            let hint =
                nearest.map_or("this session types no secret".to_owned(), |n| format!("did you mean {n}?"));
            return Err(Error::Unreadable {
                path: from.to_owned(),
                message: format!("{name} is no typed secret of this session; {hint}"),
            });
        }
        typed.insert(SecretId::new(name), value);
    }
    Ok(typed)
}

/// Adds what `STACKSEAL_SECRET_<ID with _>` holds; it wins over the file.
pub fn secrets_of_environment(plan: &Plan, typed: &mut TypedSecrets) {
    for id in wanted(plan) {
        let name = format!("STACKSEAL_SECRET_{}", id.as_str().replace('.', "_").to_ascii_uppercase());
        if let Ok(value) = std::env::var(name) {
            typed.insert(id.clone(), Secret::new(value));
        }
    }
}

fn wanted(plan: &Plan) -> impl Iterator<Item = &SecretId> {
    plan.secrets.iter().filter(|secret| secret.origin == Origin::Typed).map(|secret| &secret.id)
}

/// Quoted texts only: a number would have lost its leading zeros.
struct SecretText(Secret);

impl<'de> serde::Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Secret::new(String::deserialize(from)?)))
    }
}

fn refuse_readable(file: &std::fs::File, path: &Path) -> Result<(), Error> {
    let mode = super::platform::mode_of(&file.metadata().map_err(Error::io("read", path))?);
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(Error::Readable { path: path.to_owned(), mode }) }
}
