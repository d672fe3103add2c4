//! mTLS: clients of Elasticsearch prove who they are by a certificate. What that gives depends on the
//! licence: on Basic the certificate comes beside the token; else a PKI realm logs Kibana in by it.

mod clients;
mod fields;
mod nodes;

pub use clients::operator_has_one;

use serde::{Deserialize, Serialize};

use super::answers::{text, texts};
use super::field::choices;
use super::overview::Licence;
use super::passwords::PasswordSource;
use super::{Answers, Draft, Step, https};
use crate::plan::{ClientAuthentication, IdentityId, Link, Proof, Protection, codes};

pub const ID: &str = "mtls";

pub static STEP: Step = Step {
    id: ID,
    title: "mTLS",
    heading: "Mutual TLS",
    page: include_str!("../../../assets/help/mtls.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mtls {
    pub enabled: bool,
    pub client_authentication: Demand,
    #[serde(deserialize_with = "texts")]
    pub other_clients: Vec<String>,
    pub signed_by: SignedBy,
    #[serde(deserialize_with = "text")]
    pub ca_subject: String,
    #[serde(deserialize_with = "text")]
    pub ca_validity: String,
    pub ca_password: PasswordSource,
    #[serde(deserialize_with = "text")]
    pub subject: String,
    #[serde(deserialize_with = "text")]
    pub validity: String,
    pub format: Format,
    pub password: PasswordSource,
    #[serde(deserialize_with = "text")]
    pub pki_realm: String,
    #[serde(deserialize_with = "text")]
    pub pki_order: String,
    #[serde(deserialize_with = "text")]
    pub native_realm: String,
    #[serde(deserialize_with = "text")]
    pub native_order: String,
    pub role_mapping: RoleMapping,
}

impl Default for Mtls {
    fn default() -> Self {
        Self {
            enabled: false,
            client_authentication: Demand::default(),
            other_clients: Vec::new(),
            signed_by: SignedBy::default(),
            ca_subject: String::new(),
            ca_validity: "10y".into(),
            ca_password: PasswordSource::default(),
            subject: String::new(),
            validity: "2y".into(),
            format: Format::default(),
            password: PasswordSource::default(),
            pki_realm: "pki1".into(),
            pki_order: "1".into(),
            native_realm: "native1".into(),
            native_order: "2".into(),
            role_mapping: RoleMapping::default(),
        }
    }
}

choices! {
    /// What Elasticsearch wants of clients.
    Demand {
        Auto = "auto", "automatic", "optional with a PKI realm, required on a Basic licence.";
        Optional = "optional", "optional", "Who shows a certificate has it checked; others log in as before.";
        Required = "required", "required", "Nobody connects without a certificate.";
    }
}

choices! {
    /// Who signs the certificates of clients.
    SignedBy {
        OwnCa = "own_ca", "a CA of its own", "Elasticsearch takes its clients and nobody else's; the safest.";
        HttpCa = "http_ca", "the HTTP CA", "One CA fewer, which then makes servers and clients.";
    }
}

choices! {
    /// In which form Kibana gets its client key and certificate.
    Format {
        Auto = "auto", "automatic", "PKCS#12 where keys are RSA, else PEM.";
        Pkcs12 = "pkcs12", "PKCS#12", "One store; RSA keys only.";
        Pem = "pem", "PEM", "Separate files; any kind of key.";
    }
}

choices! {
    /// How Elasticsearch learns which certificate has which roles.
    RoleMapping {
        File = "file", "a file", "Works from the first start, and while the cluster is red.";
        Api = "api", "an API call", "Bound to the realm; seen and changed in Kibana.";
    }
}

/// What mutual TLS comes to under this licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Off,
    /// Basic: the certificate is demanded, and who logs in is said by token or password.
    BesideToken,
    /// Trial: the PKI realm works from the first start.
    Realm,
    /// Paid: the realm works once the licence is in; Kibana's first credential is removed then.
    RealmLater,
}

pub fn mode(answers: &Answers) -> Mode {
    match (answers.mtls.enabled, answers.overview.licence) {
        (false, _) => Mode::Off,
        (true, Licence::Basic) => Mode::BesideToken,
        (true, Licence::Trial) => Mode::Realm,
        (true, Licence::Paid) => Mode::RealmLater,
    }
}

pub fn has_realm(answers: &Answers) -> bool {
    matches!(mode(answers), Mode::Realm | Mode::RealmLater)
}

/// Whether every node has a `role_mapping.yml`.
pub fn has_mapping_file(answers: &Answers) -> bool {
    has_realm(answers) && answers.mtls.role_mapping == RoleMapping::File
}

/// Whether nobody connects without a certificate.
pub fn is_required(answers: &Answers) -> bool {
    match (mode(answers), answers.mtls.client_authentication) {
        (Mode::Off, _) => false,
        (Mode::BesideToken, Demand::Auto) | (_, Demand::Required) => true,
        (_, Demand::Auto | Demand::Optional) => false,
    }
}

fn is_pkcs12(draft: &Draft<'_>) -> bool {
    match draft.answers.mtls.format {
        Format::Auto => draft.stack.key.is_rsa(),
        Format::Pkcs12 => true,
        Format::Pem => false,
    }
}

/// The authority of clients; none where an issue says that there is none.
pub fn ca(draft: &Draft<'_>) -> Option<IdentityId> {
    match draft.answers.mtls.signed_by {
        SignedBy::OwnCa => Some(IdentityId::new("mtls.ca")),
        SignedBy::HttpCa => https::ca(draft),
    }
}

/// What Kibana on this host shows.
pub fn kibana_identity(name: &impl std::fmt::Display) -> IdentityId {
    IdentityId::new(format!("mtls.kibana.{name}"))
}

/// What Metricbeat on this host shows.
pub fn beat_identity(name: &impl std::fmt::Display) -> IdentityId {
    IdentityId::new(format!("mtls.metricbeat.{name}"))
}

/// Whether Metricbeat needs certificates: demanded of all, or to log in by.
pub fn has_beat_identities(answers: &Answers) -> bool {
    is_required(answers) || (has_realm(answers) && super::beats::logs_in_by_certificate(answers))
}

/// What Elasticsearch asks of those who connect.
pub fn asks(draft: &Draft<'_>) -> Option<ClientAuthentication> {
    (mode(draft.answers) != Mode::Off).then(|| ClientAuthentication {
        required: is_required(draft.answers),
        accepts: ca(draft).into_iter().chain(https::ca(draft)).collect(),
    })
}

/// What a client proves, for the board.
pub fn proof(draft: &Draft<'_>, who: &'static str, id: &IdentityId) -> Option<Proof> {
    let identity = draft.plan.identity(id)?;
    Some(Proof { who, what: identity.subject.to_string(), authority: ca(draft), span: Some(identity.span) })
}

fn draft(draft: &mut Draft<'_>) {
    if mode(draft.answers) == Mode::Off {
        return;
    }
    clients::draft(draft);
    nodes::draft(draft);
    channel(draft);
    advice(draft);
}

/// Kibana now proves something too, and where nobody gets in without a certificate, so does everybody.
fn channel(draft: &mut Draft<'_>) {
    let clients = Proof { who: "each client", what: "who it is".into(), authority: ca(draft), span: None };
    let mut channels = draft.plan.channels.iter_mut();
    if is_required(draft.answers)
        && let Some(channel) = channels.find(|channel| channel.link == Link::ClientToElasticsearch)
    {
        channel.proofs.push(clients);
        channel.protection = Protection::Mutual;
    }
    let Some(first) = draft.stack.kibana.first() else { return };
    let Some(proof) = proof(draft, "Kibana", &kibana_identity(&first.name)) else { return };
    let mut channels = draft.plan.channels.iter_mut();
    if let Some(channel) = channels.find(|channel| channel.link == Link::KibanaToElasticsearch) {
        channel.proofs.push(proof);
        if channel.protection == Protection::Verified {
            channel.protection = Protection::Mutual;
        }
    }
}

fn advice(draft: &mut Draft<'_>) {
    let answers = draft.answers;
    if is_required(answers) && answers.mtls.other_clients.iter().all(|name| name.trim().is_empty()) {
        let message = "every client without a certificate is locked out: name those that are not in this session, such as logstash or probe, and each gets one";
        draft.plan.file_issue(codes::MTLS_LOCKS_OUT, "mtls.other_clients", message);
    }
    if is_required(answers) && has_realm(answers) && !draft.stack.kibana.is_empty() {
        let message = "with required Kibana has to show its certificate with people's requests too; optional keeps them apart";
        draft.plan.file_issue(codes::MTLS_ALWAYS_PRESENT, "mtls.client_authentication", message);
    }
    if mode(answers) == Mode::Realm {
        let message = "the realm ends with the trial after 30 days, and Kibana cannot log in any more; put a licence in before, or choose Basic: certificate beside token";
        draft.plan.file_issue(codes::MTLS_TRIAL_ENDS, "overview.licence", message);
    }
}
