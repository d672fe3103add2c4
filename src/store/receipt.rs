//! The receipt of an output: what was written, with hashes, fingerprints and expiries, so that a later
//! run can see what is unchanged. No secret is in it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

use super::Error;
use super::read::{read_text, refuse_growing};
use crate::forge::{Body, Bundle, Output};
use crate::plan::{Content, IdentityId, Mode, Place, Plan, Secrecy, SecretText, SecureSetting};
use crate::values::{Dn, RelPath, date_text, moment_text};

pub const NAME: &str = "receipt.yml";
const VERSION: u64 = 1;

/// `Files` are the rows as they were read, or what makes each of them when its turn to be written comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt<Files = Vec<FileRow>> {
    pub version: u64,
    /// The session's run id, which its authorities carry in their names.
    pub run: String,
    /// RFC 3339.
    pub written: String,
    pub files: Files,
    pub certificates: Vec<CertificateRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<AwaitedRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRow {
    pub path: String,
    pub kind: String,
    /// Of the bytes; left out for bare secrets, since a typed one could be guessed from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    pub mode: String,
    /// Owner and group that it must have on its host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where it goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<String>,
    /// Names of the secrets that it holds or is protected by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Of a keystore, under which name which secret stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<SettingRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingRow {
    pub name: String,
    pub secret: String,
    /// Whether it stands there as a bearer token, which the secret is a part of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bearer: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRow {
    pub id: String,
    pub subject: String,
    /// SHA-256 of the DER.
    pub fingerprint: String,
    pub expires: String,
    pub recipe: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwaitedRow {
    pub id: String,
    pub subject: String,
    pub recipe: String,
}

impl Receipt {
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let text = read_text(&path, 64 << 20)?;
        refuse_growing(&text, &path)?;
        serde_yaml::from_str(&text).map_err(|e| Error::Unreadable { path, message: e.to_string() })
    }
}

impl<'a> Receipt<Rows<'a>> {
    fn of(plan: &Plan, bundle: &'a Bundle, run: &str) -> Self {
        let subjects: HashMap<&IdentityId, &Dn> =
            plan.identities.iter().map(|i| (&i.id, &i.subject)).collect();
        let subject = |id| subjects.get(id).map(ToString::to_string).unwrap_or_default();
        Self {
            version: VERSION,
            run: run.to_owned(),
            written: moment_text(bundle.made_at),
            files: Rows(&bundle.outputs),
            certificates: bundle
                .certificates
                .iter()
                .map(|(id, issued)| CertificateRow {
                    id: id.to_string(),
                    subject: subject(id),
                    fingerprint: issued.fingerprint.clone(),
                    expires: date_text(issued.not_after),
                    recipe: issued.recipe.clone(),
                })
                .collect(),
            awaited: bundle
                .awaited
                .iter()
                .map(|(id, awaited)| AwaitedRow {
                    id: id.to_string(),
                    subject: subject(id),
                    recipe: awaited.recipe.clone(),
                })
                .collect(),
        }
    }
}

/// The rows of a bundle. Of a large one they would take more memory, all at once, than the receipt itself.
struct Rows<'a>(&'a [Output]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(file_row))
    }
}

fn file_row(output: &Output) -> FileRow {
    let place = output.place.as_ref();
    FileRow {
        path: output.path.to_string(),
        kind: output.kind.to_owned(),
        sha256: (!matches!(output.kind, "secret" | "bearer token")).then(|| output.sha256()),
        mode: output.mode.to_string(),
        owner: place.map(|place| place.owner().to_owned()),
        target: place.and_then(|place| target(&output.path, place)),
        identities: output.identities.iter().map(ToString::to_string).collect(),
        secrets: output.secrets.iter().map(ToString::to_string).collect(),
        settings: output.settings.iter().map(setting_row).collect(),
        password: output.password.as_ref().map(ToString::to_string),
    }
}

fn setting_row(setting: &SecureSetting) -> SettingRow {
    SettingRow {
        name: setting.name.to_owned(),
        secret: setting.text.secret().to_string(),
        bearer: matches!(setting.text, SecretText::Bearer(_)),
    }
}

/// Files below `config/` have a place on the host; secure settings go into the product's keystore.
fn target(path: &RelPath, place: &Place) -> Option<String> {
    let config = format!("hosts/{}/{}/config/", place.host, place.product.word());
    Some(format!("{}/{}", place.folder, path.as_str().strip_prefix(&config)?))
}

/// Adds the receipt, for which everything else has to be there.
pub fn add_receipt(plan: &Plan, bundle: &mut Bundle, run: &str) -> Result<(), Error> {
    let Some(spec) = plan.files.iter().find(|file| matches!(file.content, Content::Receipt)) else {
        return Ok(());
    };
    let receipt = Receipt::of(plan, bundle, run);
    let yaml = serde_yaml::to_string(&receipt)
        .map_err(|e| Error::Unreadable { path: NAME.into(), message: e.to_string() })?;
    bundle.push(Output {
        path: spec.path.clone(),
        bytes: Body::new(Arc::new(Zeroizing::new(yaml.into_bytes()))),
        mode: Mode(0o644),
        place: None,
        secrecy: Secrecy::Public,
        kind: spec.content.kind(),
        identities: Vec::new(),
        secrets: Vec::new(),
        settings: Vec::new(),
        password: None,
    });
    Ok(())
}
