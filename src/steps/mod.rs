//! The steps: each is one file of questions and a `draft` that turns the answers into its part of the
//! plan. Knows no cryptography, no file system and no terminal.
//!
//! To add a step: one file beside these with its `mod` line, one field of [`Answers`], one entry of [`STEPS`].

mod accounts;
mod answers;
mod arrival;
mod authority;
mod beats;
mod bounds;
mod browser;
mod certutil_zip;
mod field;
mod host;
mod hosts;
mod https;
mod install;
mod kibana_client;
mod mtls;
mod overview;
mod passwords;
mod runbook;
mod secrets;
mod security_api;
mod stack;
mod transport;

pub use accounts::Accounts;
pub use answers::Answers;
pub use beats::{Beats, has_metricbeat};
pub use bounds::{beyond_bounds, hosts_beyond_bounds};
pub use browser::{Browser, HostCertificate};
pub use field::{Choice, Field, HostField, HostKind, Kind, Lens, Pick};
pub use host::{ELASTICSEARCH_COLUMNS, Host, KIBANA_COLUMNS, METRICBEAT_COLUMNS};
pub use hosts::{HostLine, Pasted, Target, paste_hosts, paste_hosts_for};
pub use https::Https;
pub use kibana_client::KibanaClient;
pub use mtls::Mtls;
pub use overview::{Kind as HostInstall, Overview, headline, output_of};
pub use passwords::PasswordSource;
pub use secrets::SecretsBy;
pub use transport::Transport;

use crate::plan::{Arrivals, ConfigId, Plan, SecureSetting, StepId, TypedSecrets};
pub use stack::COMMANDS;
use stack::Stack;

/// One tab of the wizard.
pub struct Step {
    /// The first part of its field ids, and its key in the session file.
    pub id: StepId,
    pub title: &'static str,
    /// The comment above this step's lines in a configuration file.
    pub heading: &'static str,
    /// The help page.
    pub page: &'static str,
    pub fields: &'static [Field],
    draft: fn(&mut Draft<'_>),
}

/// In the order of the tabs.
pub static STEPS: &[&Step] = &[
    &overview::STEP,
    &transport::STEP,
    &https::STEP,
    &kibana_client::STEP,
    &browser::STEP,
    &mtls::STEP,
    &beats::STEP,
];

/// What a draft needs beside the answers.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Drawn once when the session was made; tells its authorities from those of any other run.
    pub run: &'a str,
    pub typed: &'a TypedSecrets,
    /// What outside authorities have sent back.
    pub arrivals: &'a Arrivals,
}

impl<'a> Context<'a> {
    pub fn new(run: &'a str, typed: &'a TypedSecrets) -> Self {
        const NONE: &Arrivals = &Arrivals::NONE;
        Self { run, typed, arrivals: NONE }
    }
}

/// A plan in the making: the answers, the stack that they describe, and what the steps have asked for.
struct Draft<'a> {
    answers: &'a Answers,
    context: Context<'a>,
    stack: Stack,
    plan: Plan,
    /// What the products are to read from their own stores.
    secure: Vec<(ConfigId, SecureSetting)>,
}

/// Turns answers into a plan. Never fails: a bad answer files an issue, and a stand-in keeps the
/// plan's shape so that the preview does not fall apart while one types.
pub fn draft(answers: &Answers, context: Context<'_>) -> Plan {
    let mut plan = Plan::default();
    let stack = Stack::read(answers, context.run, &mut plan);
    let mut draft = Draft { answers, context, stack, plan, secure: Vec::new() };
    for step in STEPS {
        (step.draft)(&mut draft);
    }
    secrets::draft(&mut draft);
    accounts::draft(&mut draft);
    security_api::draft(&mut draft);
    runbook::draft(&mut draft);
    install::draft(&mut draft);
    let mut plan = draft.plan;
    plan.link();
    plan
}

/// The heading of a step's lines in configuration files.
pub fn heading(id: StepId) -> &'static str {
    STEPS.iter().find(|step| step.id == id).map_or("", |step| step.heading)
}

/// The field of this id, whatever row `[n]` or column is named behind it.
pub fn field(id: &str) -> Option<&'static Field> {
    let base = id.split('[').next().unwrap_or(id);
    STEPS.iter().flat_map(|step| step.fields).find(|field| field.id == base)
}
