//! Which identities of an earlier output a new plan takes over: authorities always, leaves where
//! nothing about them has changed. Knows not where they were found.

use std::collections::HashMap;
use std::sync::Arc;

use time::OffsetDateTime;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::issue::{Authority, signed_by};
use super::{Awaited, Error, Issued, Kept, KeptIdentity, KeyPair, dn, recipe};
use crate::plan::{Identity, IdentityId, Issuer, Plan};
use crate::values::date_text;

#[derive(Default)]
pub(super) struct Reused {
    /// Those that can sign.
    pub authorities: HashMap<IdentityId, Authority>,
    pub issued: HashMap<IdentityId, Issued>,
    pub awaited: HashMap<IdentityId, Awaited>,
}

impl Reused {
    pub(super) fn contains(&self, id: &IdentityId) -> bool {
        self.issued.contains_key(id) || self.awaited.contains_key(id)
    }
}

/// Issuers stand before what they issue, so that one pass sees whether an issuer was kept.
pub(super) fn reuse(plan: &Plan, kept: &Kept, now: OffsetDateTime) -> Result<Reused, Error> {
    let mut reused = Reused::default();
    for identity in &plan.identities {
        let Some(held) = kept.identity(&identity.id) else { continue };
        if held.certificate.is_empty() {
            reuse_request(identity, held, &mut reused);
        } else if identity.is_authority() {
            reuse_authority(identity, held, now, &mut reused)?;
        } else {
            reuse_leaf(identity, held, now, &mut reused);
        }
    }
    Ok(reused)
}

/// A request that was sent away stays good for its key alone.
fn reuse_request(identity: &Identity, held: &KeptIdentity, reused: &mut Reused) {
    let recipe = recipe(identity);
    if identity.issuer == Issuer::Outside && held.recipe == recipe && KeyPair::from_pkcs8(&held.key).is_ok() {
        let key = Arc::new(held.key.clone());
        reused.awaited.insert(identity.id.clone(), Awaited { recipe, kept: true, key });
    }
}

/// Whoever asks to keep an output means its authorities above all: one that does not fit the plan is
/// an error, since a new one in its place would be trusted by nobody.
fn reuse_authority(
    identity: &Identity,
    held: &KeptIdentity,
    now: OffsetDateTime,
    reused: &mut Reused,
) -> Result<(), Error> {
    let differs = |why: &str| Error::KeptDiffers { id: identity.id.clone(), why: why.to_owned() };
    let (_, read) = X509Certificate::from_der(&held.certificate)
        .map_err(|_| differs("its certificate cannot be read"))?;
    let key = KeyPair::from_pkcs8(&held.key).map_err(|_| differs("its key cannot be read"))?;
    if read.public_key().raw != key.public() {
        return Err(differs("its key and its certificate do not belong together"));
    }
    if !read.is_ca() {
        return Err(differs("its certificate is not one of an authority"));
    }
    if !dn::same(read.subject().as_raw(), &identity.subject) {
        let theirs = dn::text(read.subject().as_raw()).unwrap_or_default();
        return Err(differs(&format!("its subject is {theirs}, and the plan wants {}", identity.subject)));
    }
    if key.kind() != Some(identity.key) {
        return Err(differs(&format!("its key is not {}, as the plan wants it", identity.key)));
    }
    if held.recipe != recipe(identity) {
        return Err(differs(&format!(
            "it was made with other answers than now: valid for {}, say",
            identity.span
        )));
    }
    let end = read.validity().not_after.to_datetime();
    if end <= now {
        return Err(differs(&format!("it ended on {}", date_text(end))));
    }
    if let Issuer::Other(issuer) = &identity.issuer
        && !is_signed(identity, &read, reused)
    {
        return Err(differs(&format!("it is not signed by {issuer} of the same output")));
    }
    let authority = Authority::new(&identity.id, key, &held.certificate)?;
    reused.issued.insert(identity.id.clone(), kept_issued(identity, held, &read));
    reused.authorities.insert(identity.id.clone(), authority);
    Ok(())
}

/// A leaf that does not fit any more is simply issued anew.
fn reuse_leaf(identity: &Identity, held: &KeptIdentity, now: OffsetDateTime, reused: &mut Reused) {
    let Ok((_, read)) = X509Certificate::from_der(&held.certificate) else { return };
    let Ok(key) = KeyPair::from_pkcs8(&held.key) else { return };
    // What an outside authority signed is good for its key; which names it has was looked at before.
    let outside = identity.issuer == Issuer::Outside && key.kind() == Some(identity.key);
    let fits = (outside || held.recipe == recipe(identity))
        && read.validity().not_after.to_datetime() > now
        && is_signed(identity, &read, reused)
        && read.public_key().raw == key.public();
    if fits {
        let mut issued = kept_issued(identity, held, &read);
        if identity.issuer == Issuer::Outside {
            issued.above.clone_from(&held.above);
        }
        reused.issued.insert(identity.id.clone(), issued);
    }
}

fn is_signed(identity: &Identity, certificate: &X509Certificate<'_>, reused: &Reused) -> bool {
    match &identity.issuer {
        Issuer::Itself => signed_by(certificate, certificate.public_key().raw),
        Issuer::Other(id) => reused.authorities.get(id).is_some_and(|issuer| {
            certificate.issuer().as_raw() == issuer.subject && signed_by(certificate, &issuer.key.public())
        }),
        Issuer::Outside => true,
    }
}

fn kept_issued(identity: &Identity, held: &KeptIdentity, read: &X509Certificate<'_>) -> Issued {
    let validity = read.validity();
    let (start, end) = (validity.not_before.to_datetime(), validity.not_after.to_datetime());
    Issued::new(&held.certificate, (start, end), Arc::new(held.key.clone()), recipe(identity), true)
}
