//! A source of time, randomness and keys that gives the same to every run.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use stackseal::forge::{Error, KeyPair, Source, read_key};
use stackseal::plan::{IdentityId, Plan};
use stackseal::values::KeyKind;
use time::OffsetDateTime;
use time::macros::datetime;

/// Keys come from `tests/keys`. Two identities share one where the plan has more of a kind than there
/// are files, or by chance where the source was not made for a plan.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    chosen: HashMap<IdentityId, usize>,
    later: time::Duration,
}

#[allow(dead_code)] // Each test binary uses some.
impl Fixed {
    pub fn new() -> Self {
        Self::default()
    }

    /// Deals the keys out in the order of the plan.
    pub fn for_plan(plan: &Plan) -> Self {
        let mut dealt: HashMap<KeyKind, usize> = HashMap::new();
        let mut chosen = HashMap::new();
        for identity in &plan.identities {
            let next = dealt.entry(identity.key).or_default();
            chosen.insert(identity.id.clone(), *next);
            *next += 1;
        }
        Self { chosen, ..Self::default() }
    }

    #[must_use]
    pub fn later(mut self, by: time::Duration) -> Self {
        self.later = by;
        self
    }
}

impl Source for Fixed {
    fn now(&self) -> OffsetDateTime {
        datetime!(2026-11-22 12:00:00 UTC) + self.later
    }

    fn fill(&self, label: &str, bytes: &mut [u8]) -> Result<(), Error> {
        for (counter, chunk) in (0_u32..).zip(bytes.chunks_mut(32)) {
            let block = digest(&SHA256, format!("{label} {counter}").as_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
        Ok(())
    }

    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error> {
        let hash = digest(&SHA256, id.as_str().as_bytes());
        let number = self.chosen.get(id).copied().unwrap_or(usize::from(hash.as_ref()[0]));
        let keys = pems(kind);
        KeyPair::from_pkcs8(&read_key(keys[number % keys.len()].as_bytes(), None)?)
    }
}

fn pems(kind: KeyKind) -> &'static [&'static str] {
    match kind {
        KeyKind::EcP256 => &[include_str!("../keys/ec-p256-1.pem"), include_str!("../keys/ec-p256-2.pem")],
        KeyKind::EcP384 => &[include_str!("../keys/ec-p384-1.pem"), include_str!("../keys/ec-p384-2.pem")],
        KeyKind::Rsa2048 => &[
            include_str!("../keys/rsa-2048-1.pem"),
            include_str!("../keys/rsa-2048-2.pem"),
            include_str!("../keys/rsa-2048-3.pem"),
            include_str!("../keys/rsa-2048-4.pem"),
            include_str!("../keys/rsa-2048-5.pem"),
            include_str!("../keys/rsa-2048-6.pem"),
        ],
        KeyKind::Rsa3072 => &[
            include_str!("../keys/rsa-3072-1.pem"),
            include_str!("../keys/rsa-3072-2.pem"),
            include_str!("../keys/rsa-3072-3.pem"),
        ],
        KeyKind::Rsa4096 => &[include_str!("../keys/rsa-4096-1.pem"), include_str!("../keys/rsa-4096-2.pem")],
    }
}
