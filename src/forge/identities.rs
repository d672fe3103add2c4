//! Keys and certificates of a whole plan, on all processors. Knows no files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::crew::share;
use super::issue::{Authority, issue};
use super::reuse::Reused;
use super::{Awaited, Error, Issued, KeyPair, Progress, Source, recipe};
use crate::plan::{Identity, IdentityId, Issuer, Plan};

/// Everybody in the plan, by name.
pub(super) struct Identities {
    pub issued: BTreeMap<IdentityId, Issued>,
    pub awaited: BTreeMap<IdentityId, Awaited>,
}

/// Makes what was not kept: all keys, then the authorities one after the other, then the leaves.
pub(super) fn identities(
    plan: &Plan,
    reused: Reused,
    now: OffsetDateTime,
    source: &dyn Source,
    progress: &Progress,
) -> Result<Identities, Error> {
    let fresh: Vec<&Identity> = plan.identities.iter().filter(|i| !reused.contains(&i.id)).collect();
    let mut keys = draw_keys(&fresh, source, progress)?;
    let mut authorities = reused.authorities;
    let mut all = Identities {
        issued: reused.issued.into_iter().collect(),
        awaited: reused.awaited.into_iter().collect(),
    };
    let (above, leaves): (Vec<&Identity>, Vec<&Identity>) = fresh.iter().partition(|i| i.is_authority());
    for identity in above {
        let Some(key) = keys.remove(&identity.id) else { continue };
        let made = make(identity, &key, &authorities, &all, now, source)?;
        if let Made::Issued(issued) = &made {
            let authority = Authority::new(&identity.id, key, &issued.der)?;
            authorities.insert(identity.id.clone(), authority);
        }
        all.add(identity, made);
    }
    let made = share(&leaves, progress, |identity| match keys.get(&identity.id) {
        Some(key) => make(identity, key, &authorities, &all, now, source),
        None => Err(Error::NoIdentity(identity.id.clone())),
    })?;
    leaves.into_iter().zip(made).for_each(|(identity, made)| all.add(identity, made));
    Ok(all)
}

/// The work that [`identities`] has before it.
pub(super) fn effort(plan: &Plan, reused: &Reused) -> u32 {
    plan.identities.iter().filter(|i| !reused.contains(&i.id)).map(|i| i.key.effort()).sum()
}

/// The longest work first, so that no processor is left with it when the others are done.
fn draw_keys<'a>(
    identities: &[&'a Identity],
    source: &dyn Source,
    progress: &Progress,
) -> Result<HashMap<&'a IdentityId, KeyPair>, Error> {
    let mut queue = identities.to_vec();
    queue.sort_by_key(|identity| (!identity.is_authority(), Reverse(identity.key.effort())));
    let keys = share(&queue, progress, |identity| {
        progress.begin(format!("key of {}", identity.id));
        let key = source.key(&identity.id, identity.key)?;
        progress.add(identity.key.effort());
        Ok(key)
    })?;
    Ok(queue.into_iter().map(|identity| &identity.id).zip(keys).collect())
}

enum Made {
    Issued(Issued),
    Awaited(Awaited),
}

fn make(
    identity: &Identity,
    key: &KeyPair,
    authorities: &HashMap<IdentityId, Authority>,
    all: &Identities,
    now: OffsetDateTime,
    source: &dyn Source,
) -> Result<Made, Error> {
    let issuer = match &identity.issuer {
        Issuer::Itself => None,
        Issuer::Other(id) => Some(authorities.get(id).ok_or_else(|| all.missing(id))?),
        Issuer::Outside => {
            let key = Arc::new(Zeroizing::new(key.pkcs8().to_vec()));
            return Ok(Made::Awaited(Awaited { recipe: recipe(identity), kept: false, key }));
        }
    };
    let certificate = issue(identity, key, issuer, now, source)?;
    let validity = (certificate.not_before, certificate.not_after);
    let key = Arc::new(Zeroizing::new(key.pkcs8().to_vec()));
    Ok(Made::Issued(Issued::new(&certificate.der, validity, key, recipe(identity), false)))
}

impl Identities {
    fn add(&mut self, identity: &Identity, made: Made) {
        match made {
            Made::Issued(issued) => drop(self.issued.insert(identity.id.clone(), issued)),
            Made::Awaited(awaited) => drop(self.awaited.insert(identity.id.clone(), awaited)),
        }
    }

    pub(super) fn certificate(&self, id: &IdentityId) -> Result<&Issued, Error> {
        self.issued.get(id).ok_or_else(|| self.missing(id))
    }

    /// PKCS#8 DER.
    pub(super) fn key(&self, id: &IdentityId) -> Result<&[u8], Error> {
        let issued = self.issued.get(id).map(|issued| &issued.key);
        let key = issued.or_else(|| self.awaited.get(id).map(|awaited| &awaited.key));
        key.map(|key| key.as_slice()).ok_or_else(|| self.missing(id))
    }

    fn missing(&self, id: &IdentityId) -> Error {
        if self.awaited.contains_key(id) { Error::Awaited(id.clone()) } else { Error::NoIdentity(id.clone()) }
    }
}
