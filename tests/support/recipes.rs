//! Plans made by hand for the tests of forging.

#![allow(dead_code)] // Each test binary uses some.

use std::borrow::Cow;
use std::sync::Arc;

use stackseal::forge::{Bundle, Error, Kept, Progress, Source, forge};
use stackseal::plan::{
    Content, Entry, FileSpec, Identity, IdentityId, InstallKind, Issuer, KeyUsage, Member, Origin, Place,
    Plan, Product, SecretId, SecretSpec, Store, TypedSecrets, Usages,
};
use stackseal::values::{KeyKind, RelPath, Sans, Secret, Span};

pub const PASSWORD: &str = "planted-password-1";

pub fn id(name: &str) -> IdentityId {
    IdentityId::new(name)
}

pub fn path(text: &str) -> RelPath {
    text.parse().unwrap()
}

pub fn authority(name: &str, subject: &str, key: KeyKind) -> Identity {
    Identity {
        id: id(name),
        subject: subject.parse().unwrap(),
        sans: Arc::new(Sans::new()),
        span: Span::years(10),
        key,
        issuer: Issuer::Itself,
        usages: Usages::authority(),
        by: "https",
    }
}

pub fn leaf(name: &str, subject: &str, key: KeyKind, issuer: &str) -> Identity {
    let mut sans = Sans::new();
    sans.add_dns("es-1.corp.example".parse().unwrap());
    sans.add_dns("*.corp.example".parse().unwrap());
    sans.add_ip("10.0.0.11".parse().unwrap());
    sans.add_ip("fd00::11".parse().unwrap());
    Identity {
        sans: Arc::new(sans),
        span: Span::years(2),
        issuer: Issuer::Other(id(issuer)),
        usages: Usages { key: KeyUsage::for_tls(key), server: true, client: true, authority: false },
        ..authority(name, subject, key)
    }
}

pub fn file(at: &str, content: Content) -> FileSpec {
    FileSpec { path: path(at), content, place: None, by: "https" }
}

pub fn placed(at: &str, content: Content) -> FileSpec {
    let place = Place {
        host: "es-1".parse().unwrap(),
        product: Product::Elasticsearch,
        kind: InstallKind::Package,
        folder: "/etc/elasticsearch".into(),
    };
    FileSpec { place: Some(Arc::new(place)), ..file(at, content) }
}

pub fn member(at: &str, content: Content) -> Member {
    Member { path: path(at), content }
}

/// Key `http` with `of`, and `ca` trusted, as certutil makes it.
pub fn store(of: &str, ca: &str, password: Option<&str>) -> Content {
    let entries =
        vec![Entry::Key { alias: "http".into(), of: id(of) }, Entry::Trusted { alias: "ca", of: id(ca) }];
    Content::Store(Store { entries, password: password.map(SecretId::new) })
}

pub fn secret(plan: &mut Plan, name: &str, origin: Origin) {
    plan.secrets.push(SecretSpec { id: SecretId::new(name), origin });
}

/// A CA, a leaf, and what is usually made of them, one file each.
pub fn small(ca: Identity, leaf: Identity) -> Plan {
    let mut plan = Plan::default();
    let (ca_id, leaf_id) = (ca.id.to_string(), leaf.id.to_string());
    plan.identities.extend([ca, leaf]);
    secret(&mut plan, "typed", Origin::Typed);
    for spec in [
        file("ca.pem", Content::Certificates(vec![id(&ca_id)])),
        file("leaf.pem", Content::Certificates(vec![id(&leaf_id)])),
        file("leaf.key", Content::Key { of: id(&leaf_id), password: None }),
        file("locked.key", Content::Key { of: id(&leaf_id), password: Some(SecretId::new("typed")) }),
        file("leaf.p12", store(&leaf_id, &ca_id, Some("typed"))),
        file("open.p12", store(&leaf_id, &ca_id, None)),
        file("leaf.csr", Content::Request(id(&leaf_id))),
    ] {
        plan.push_file(spec);
    }
    plan
}

pub fn typed() -> TypedSecrets {
    let mut typed = TypedSecrets::default();
    typed.insert(SecretId::new("typed"), Secret::new(PASSWORD));
    typed
}

pub fn run(plan: &Plan, kept: &Kept, source: &dyn Source) -> Result<Bundle, Error> {
    forge(plan, &|step| step, &typed(), kept, source, &Progress::new())
}

pub fn bytes<'a>(bundle: &'a Bundle, at: &str) -> Cow<'a, [u8]> {
    bundle.output(&path(at)).unwrap_or_else(|| panic!("no {at}")).bytes.whole()
}
