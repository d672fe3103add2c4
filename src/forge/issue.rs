//! One certificate or request: built by rcgen with placeholder names, given its real names and signed
//! here, then checked with another parser. Knows no plan beyond the one identity.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyIdMethod, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber, SignatureAlgorithm, SigningKey,
};
use time::{Duration, OffsetDateTime};
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::der::{self, BIT_STRING, SEQUENCE};
use super::{Error, KeyPair, Source, dn};
use crate::plan::{Identity, IdentityId, KeyUsage};

/// Clocks of one cluster differ; a certificate must not be from the future on any of its hosts.
const BACKDATED: Duration = Duration::hours(1);

/// A certificate that can sign others, with everything that those copy from it.
pub(super) struct Authority {
    pub id: IdentityId,
    pub key: KeyPair,
    /// The subject's own bytes: issuer names are compared byte by byte (RFC 5280 §7.1).
    pub subject: Vec<u8>,
    /// The subject key identifier as it stands in the certificate, however that was made.
    pub key_id: Vec<u8>,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

pub(super) struct Certificate {
    pub der: Vec<u8>,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

impl Authority {
    pub(super) fn new(id: &IdentityId, key: KeyPair, certificate: &[u8]) -> Result<Self, Error> {
        let (_, read) = X509Certificate::from_der(certificate)
            .map_err(|_| Error::Check { id: id.clone(), fault: "it cannot be read" })?;
        let key_id =
            key_id_of(&read).unwrap_or_else(|| CertificateParams::default().key_identifier(key.pair()));
        Ok(Self {
            id: id.clone(),
            subject: read.subject().as_raw().to_vec(),
            key_id,
            not_before: read.validity().not_before.to_datetime(),
            not_after: read.validity().not_after.to_datetime(),
            key,
        })
    }
}

fn key_id_of(certificate: &X509Certificate<'_>) -> Option<Vec<u8>> {
    certificate.iter_extensions().find_map(|extension| match extension.parsed_extension() {
        x509_parser::extensions::ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
        _ => None,
    })
}

/// Issues the certificate of `identity` for `key`; without an issuer it signs itself.
pub(super) fn issue(
    identity: &Identity,
    key: &KeyPair,
    issuer: Option<&Authority>,
    now: OffsetDateTime,
    source: &dyn Source,
) -> Result<Certificate, Error> {
    let (not_before, not_after) = validity(identity, issuer, now)?;
    let failed = |error: rcgen::Error| Error::Sign { id: identity.id.clone(), reason: error.to_string() };
    let mut params = common(identity).map_err(failed)?;
    params.not_before = not_before;
    params.not_after = not_after;
    params.serial_number = Some(serial(&identity.id, source)?);
    params.use_authority_key_identifier_extension = true;

    let mut issuing = CertificateParams::default();
    issuing.key_identifier_method = KeyIdMethod::PreSpecified(match issuer {
        Some(issuer) => issuer.key_id.clone(),
        None => params.key_identifier(key.pair()),
    });
    let signer = issuer.map_or(key, |issuer| &issuer.key);
    let unsigned = params
        .signed_by(key.pair(), &rcgen::Issuer::new(issuing, Unsigned(signer.pair())))
        .map_err(failed)?;

    let subject = dn::encode(&identity.subject);
    let issuer_name = issuer.map_or(&subject, |issuer| &issuer.subject);
    // Fields of a TBSCertificate (RFC 5280 §4.1): version, serial, algorithm, issuer, validity, subject.
    let names = [(3, issuer_name.as_slice()), (5, &subject)];
    let der = sign_with_names(unsigned.der(), &names, signer)
        .map_err(|reason| Error::Sign { id: identity.id.clone(), reason })?;
    let made = Certificate { der, not_before, not_after };
    check(identity, key, &made, issuer_name, signer, issuer)?;
    Ok(made)
}

/// The PKCS#10 request of `identity`, with the extensions that it wants (RFC 2986, RFC 2985 §5.4.2).
pub(super) fn request(identity: &Identity, key: &KeyPair) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::Sign { id: identity.id.clone(), reason };
    let unsigned = common(identity)
        .and_then(|params| params.serialize_request(&Unsigned(key.pair())))
        .map_err(|error| failed(error.to_string()))?;
    let subject = dn::encode(&identity.subject);
    let der = sign_with_names(unsigned.der(), &[(1, &subject)], key).map_err(failed)?;
    let good =
        X509CertificationRequest::from_der(&der).is_ok_and(|(_, read)| read.verify_signature().is_ok());
    if good { Ok(der) } else { Err(failed("its signature does not verify".into())) }
}

fn validity(
    identity: &Identity,
    issuer: Option<&Authority>,
    now: OffsetDateTime,
) -> Result<(OffsetDateTime, OffsetDateTime), Error> {
    let start = now.replace_nanosecond(0).unwrap_or(now) - BACKDATED;
    // Both ends count (RFC 5280 §4.1.2.5): a second more would be a day too long for those who count days.
    let end = identity.span.after(start) - Duration::seconds(1);
    let Some(issuer) = issuer else { return Ok((start, end)) };
    if issuer.not_after <= now {
        return Err(Error::IssuerExpired { id: identity.id.clone(), issuer: issuer.id.clone() });
    }
    Ok((start.max(issuer.not_before), end.min(issuer.not_after)))
}

/// 159 random bits: positive, and never more than the 20 octets of RFC 5280 §4.1.2.2.
fn serial(id: &IdentityId, source: &dyn Source) -> Result<SerialNumber, Error> {
    let mut bytes = [0; 20];
    source.fill(&format!("serial {id}"), &mut bytes)?;
    bytes[0] &= 0x7f;
    if bytes[0] == 0 {
        bytes[0] = 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}

/// What certificate and request have in common.
fn common(identity: &Identity) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::default();
    // A placeholder: rcgen holds no attribute twice. It must not be empty, which would make the
    // alternative names critical.
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "placeholder");
    for name in identity.sans.dns() {
        params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
    }
    params.subject_alt_names.extend(identity.sans.ip().iter().map(|ip| SanType::IpAddress(*ip)));
    let usages = &identity.usages;
    if usages.authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Strict verifiers (OpenSSL -x509_strict, Python 3.13) refuse a CA that lacks keyCertSign.
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    } else {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = usages.key.iter().copied().map(purpose).collect();
    }
    if usages.server {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    }
    if usages.client {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
    }
    Ok(params)
}

fn purpose(usage: KeyUsage) -> KeyUsagePurpose {
    match usage {
        KeyUsage::DataEncipherment => KeyUsagePurpose::DataEncipherment,
        KeyUsage::DigitalSignature => KeyUsagePurpose::DigitalSignature,
        KeyUsage::KeyAgreement => KeyUsagePurpose::KeyAgreement,
        KeyUsage::KeyEncipherment => KeyUsagePurpose::KeyEncipherment,
        KeyUsage::NonRepudiation => KeyUsagePurpose::ContentCommitment,
    }
}

/// Stands in for a key while rcgen builds what is going to be changed: a signature would be wasted.
struct Unsigned<'a>(&'a rcgen::KeyPair);

impl PublicKeyData for Unsigned<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.0.algorithm()
    }
}

impl SigningKey for Unsigned<'_> {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(vec![0])
    }
}

/// Puts names in the place of fields of the part to be signed, and signs it. Certificates and
/// requests are both a sequence of that part, the algorithm and the signature.
fn sign_with_names(unsigned: &[u8], names: &[(usize, &[u8])], key: &KeyPair) -> Result<Vec<u8>, String> {
    let odd = || String::from("rcgen built something that is no certificate or request");
    let parts = der::take(unsigned).and_then(|(outer, _)| outer.children()).ok_or_else(odd)?;
    let [body, algorithm, _] = parts.as_slice() else { return Err(odd()) };
    let fields = body.children().ok_or_else(odd)?;
    let mut fields: Vec<&[u8]> = fields.iter().map(|field| field.whole).collect();
    for (index, name) in names {
        *fields.get_mut(*index).ok_or_else(odd)? = name;
    }
    let body = der::element(SEQUENCE, &fields);
    let signature = key.pair().sign(&body).map_err(|error| error.to_string())?;
    let signature = der::element(BIT_STRING, &[&[0], &signature]);
    Ok(der::element(SEQUENCE, &[&body, algorithm.whole, &signature]))
}

/// A chain that does not verify is found by nobody before the nodes refuse each other; so every
/// certificate is read back and verified before it is believed.
fn check(
    identity: &Identity,
    key: &KeyPair,
    made: &Certificate,
    issuer_name: &[u8],
    signer: &KeyPair,
    issuer: Option<&Authority>,
) -> Result<(), Error> {
    let fault = |fault| Error::Check { id: identity.id.clone(), fault };
    let (_, read) = X509Certificate::from_der(&made.der).map_err(|_| fault("it cannot be read"))?;
    if read.issuer().as_raw() != issuer_name || !dn::same(read.subject().as_raw(), &identity.subject) {
        return Err(fault("a name in it is not the one asked for"));
    }
    if read.public_key().raw != key.public() {
        return Err(fault("it is not for its key"));
    }
    let (start, end) = (read.validity().not_before.to_datetime(), read.validity().not_after.to_datetime());
    let inside = issuer.is_none_or(|issuer| issuer.not_before <= start && end <= issuer.not_after);
    if start != made.not_before || end != made.not_after || start >= end || !inside {
        return Err(fault("its validity is not inside its issuer's"));
    }
    if !signed_by(&read, &signer.public()) {
        return Err(fault("its signature does not verify"));
    }
    Ok(())
}

/// Whether the holder of this public key (a `SubjectPublicKeyInfo`) signed the certificate.
pub(super) fn signed_by(certificate: &X509Certificate<'_>, public: &[u8]) -> bool {
    SubjectPublicKeyInfo::from_der(public)
        .is_ok_and(|(_, public)| certificate.verify_signature(Some(&public)).is_ok())
}
