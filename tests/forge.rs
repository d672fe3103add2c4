//! What forging makes, read back with our own readers: order, modes, texts, reuse, cancellation.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/fixed.rs"]
mod fixed;
#[path = "support/recipes.rs"]
mod recipes;

use fixed::Fixed;
use recipes::{
    PASSWORD, authority, bytes, file, id, leaf, member, path, placed, run, secret, small, store, typed,
};
use stackseal::forge::{
    Bundle, Error, Kept, KeptIdentity, Progress, System, forge, inspect, read_store, recipe,
};
use stackseal::plan::{
    Config, Content, Issuer, Line, Origin, Plan, SecretId, SecretText, ServiceToken, Text,
};
use stackseal::values::{KeyKind, Span};
use time::Duration;

const EC: KeyKind = KeyKind::EcP256;
const RSA: KeyKind = KeyKind::Rsa2048;

fn token() -> ServiceToken {
    ServiceToken { account: "elastic/kibana", name: "stackseal", secret: SecretId::new("drawn") }
}

/// Every kind of content.
fn everything() -> Plan {
    let mut plan = small(
        authority("ca", "CN=prod HTTP CA,O=Example\\, Inc.,DC=example,DC=com", KeyKind::Rsa3072),
        leaf("node", "CN=es-1,OU=one,OU=two", RSA, "ca"),
    );
    let outside = leaf("asked", "CN=kibana", RSA, "ca");
    plan.identities.push(stackseal::plan::Identity { issuer: Issuer::Outside, ..outside });
    secret(&mut plan, "drawn", Origin::Generated(24));
    let place = placed("x", Content::Receipt).place.unwrap();
    let config = plan.open_config(Config::new(place));
    plan.set(config, Line::new("https", "xpack.security.http.ssl.enabled", true));
    let text = Text::new("print {{fingerprint ca}}\nuntil {{expires $leaf}}").with("leaf", "node");
    for spec in [
        placed("es/http.p12", store("node", "ca", Some("typed"))),
        placed("es/service_tokens", Content::ServiceTokens(vec![token()])),
        placed("es/elasticsearch.yml", Content::Settings(config)),
        file("asked.csr", Content::Request(id("asked"))),
        file("asked.key", Content::Key { of: id("asked"), password: Some(SecretId::new("typed")) }),
        file("receipt.yml", Content::Receipt),
        file("bearer", Content::Secret(SecretText::Bearer(token()))),
        file("plain", Content::Secret(SecretText::Plain(SecretId::new("drawn")))),
        file("README.md", Content::Text(text.clone())),
        file(
            "all.zip",
            Content::Archive(vec![
                member("a/b/http.p12", store("node", "ca", Some("typed"))),
                member("a/README.txt", Content::Text(text)),
            ]),
        ),
    ] {
        plan.push_file(spec);
    }
    plan
}

fn kept_of(bundle: &Bundle, plan: &Plan) -> Kept {
    let mut kept = Kept::default();
    for identity in &plan.identities {
        let (key, certificate) = match bundle.certificates.get(&identity.id) {
            Some(issued) => (issued.key.to_vec(), issued.der.to_vec()),
            None => (bundle.awaited[&identity.id].key.to_vec(), Vec::new()),
        };
        let held = KeptIdentity { key: key.into(), certificate, above: Vec::new(), recipe: recipe(identity) };
        kept.insert_identity(identity.id.clone(), held);
    }
    for (id, secret) in &bundle.secrets {
        kept.insert_secret(id.clone(), secret.clone());
    }
    kept
}

#[test]
fn outputs_are_the_plans_files_in_order() {
    let plan = everything();
    let progress = Progress::new();
    let source = Fixed::for_plan(&plan);
    let bundle = forge(&plan, &|step| step, &typed(), &Kept::default(), &source, &progress).unwrap();
    let paths: Vec<_> = bundle.outputs.iter().map(|output| output.path.as_str()).collect();
    let planned: Vec<_> =
        plan.files.iter().map(|file| file.path.as_str()).filter(|p| *p != "receipt.yml").collect();
    assert_eq!(paths, planned);
    let seen = progress.snapshot();
    assert_eq!((seen.done, seen.files_done), (seen.total, seen.files_total));
    assert_eq!(seen.files_total as usize, paths.len());
    for (at, mode) in [("ca.pem", 0o644), ("leaf.key", 0o600), ("es/http.p12", 0o640), ("all.zip", 0o600)] {
        assert_eq!(bundle.output(&path(at)).unwrap().mode.0, mode, "{at}");
    }
    assert!(bundle.outputs.iter().all(|output| !output.bytes.is_empty()));
    assert_eq!(bytes(&bundle, "es/http.p12"), bytes(&bundle, "leaf.p12"), "one store, made once");
    assert_eq!(bundle.password_of(&path("leaf.p12")).unwrap().reveal(), PASSWORD);
    assert_eq!(bundle.password_of(&path("all.zip")).unwrap().reveal(), PASSWORD);
    assert!(bundle.password_of(&path("open.p12")).is_none());
    assert_eq!(bundle.output(&path("ca.pem")).unwrap().sha256().len(), 64);
}

#[test]
fn texts_and_secrets_say_what_was_made() {
    let plan = everything();
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    let ca = &bundle.certificates[&id("ca")];
    let readme = String::from_utf8(bytes(&bundle, "README.md").to_vec()).unwrap();
    assert_eq!(readme, format!("print {}\nuntil 2028-11-22\n", ca.fingerprint));
    assert_eq!(ca.fingerprint.len(), 95);
    let drawn = bundle.secret(&SecretId::new("drawn")).unwrap();
    assert_eq!(bytes(&bundle, "plain"), drawn.reveal().as_bytes());
    assert!(bytes(&bundle, "bearer").starts_with(b"AAEAAWVsYXN0aWMv"));
    let tokens = String::from_utf8(bytes(&bundle, "es/service_tokens").to_vec()).unwrap();
    assert!(tokens.starts_with("elastic/kibana/stackseal:{PBKDF2_STRETCH}10000$") && tokens.ends_with("=\n"));
    let settings = String::from_utf8(bytes(&bundle, "es/elasticsearch.yml").to_vec()).unwrap();
    assert!(settings.contains("\n# https\nxpack.security.http.ssl.enabled: true\n"), "{settings}");
}

#[test]
fn stores_hold_key_chain_and_trusted_entry() {
    let plan = everything();
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    for (at, password) in [("leaf.p12", PASSWORD), ("open.p12", "")] {
        let entries = read_store(&bytes(&bundle, at), password).unwrap();
        let [key, ca] = entries.as_slice() else { panic!("{entries:?}") };
        let node = &bundle.certificates[&id("node")];
        assert_eq!((key.alias.as_deref(), key.trusted), (Some("http"), false));
        assert_eq!(key.key.as_deref().unwrap().as_slice(), node.key.as_slice());
        assert_eq!(key.chain, [node.der.to_vec(), bundle.certificates[&id("ca")].der.to_vec()]);
        assert_eq!((ca.alias.as_deref(), ca.trusted), (Some("ca"), true));
        assert!(matches!(read_store(&bytes(&bundle, at), "wrong"), Err(Error::Locked)));
    }
    assert!(matches!(read_store(b"\xfe\xed\xfe\xed", ""), Err(Error::ReadStore(_))));
}

#[test]
fn a_description_tells_what_is_inside() {
    let plan = everything();
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    let text = bundle.inspect(&path("leaf.p12")).unwrap().to_string();
    for part in [
        "PKCS#12\n  MAC HMAC-SHA256, 10000 rounds\n  certificates under PBKDF2-HMAC-SHA256, 10000 rounds, AES-256-CBC\n",
        "  entry http  private key\n    key  RSA 2048\n    its certificate\n      subject  CN=es-1,OU=one,OU=two\n",
        "names    DNS es-1.corp.example, DNS *.corp.example, IP 10.0.0.11, IP fd00::11\n",
        "issuer   CN=prod HTTP CA,O=Example\\, Inc.,DC=example,DC=com\n",
        "valid    2026-11-22 – 2028-11-22\n",
        "usage    digitalSignature, keyEncipherment, serverAuth, clientAuth\n",
        "  entry ca  trusted certificate\n",
        "key      RSA 3072\n",
        "usage    CA:TRUE, keyCertSign, cRLSign\n",
        &bundle.certificates[&id("ca")].fingerprint,
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let locked = inspect("leaf.p12", &bytes(&bundle, "leaf.p12"), &["wrong"]).to_string();
    assert!(locked.contains("locked: none of the known passwords opens it"), "{locked}");
    let key = bundle.inspect(&path("locked.key")).unwrap().to_string();
    assert!(key.contains("RSA 2048") && key.contains("PBKDF2-HMAC-SHA256, 10000 rounds"), "{key}");
    let locked = inspect("locked.key", &bytes(&bundle, "locked.key"), &[]).to_string();
    assert!(locked.contains("locked: none"), "{locked}");
    let request = bundle.inspect(&path("asked.csr")).unwrap().to_string();
    assert!(request.starts_with("certificate request\n") && request.contains("serverAuth"), "{request}");
    let zip = bundle.inspect(&path("all.zip")).unwrap().to_string();
    assert!(zip.contains("a/b/http.p12") && zip.contains("entry http") && zip.contains("0600"), "{zip}");
    for output in &bundle.outputs {
        let shown = format!("{}{output:?}", bundle.inspect(&output.path).unwrap());
        let hidden = [PASSWORD, bundle.secrets[&SecretId::new("drawn")].reveal()];
        assert!(hidden.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
    let shown = format!("{bundle:?}");
    assert!(!shown.contains(PASSWORD) && shown.contains("Secret(hidden)"), "{shown}");
}

#[test]
fn two_runs_are_equal() {
    let plan = everything();
    let source = Fixed::for_plan(&plan);
    let [first, second] = [(); 2].map(|()| run(&plan, &Kept::default(), &source).unwrap());
    for (one, two) in first.outputs.iter().zip(&second.outputs) {
        // The salts of a PKCS#12 file are drawn inside p12-keystore.
        if matches!(one.kind, "PKCS#12" | "zip") {
            let shown = first.inspect(&one.path).unwrap();
            assert_eq!(shown, second.inspect(&two.path).unwrap(), "{}", one.path);
        } else {
            assert_eq!(one.bytes, two.bytes, "{}", one.path);
        }
    }
}

#[test]
fn a_kept_output_gives_back_what_still_fits() {
    let mut plan = everything();
    let source = Fixed::for_plan(&plan);
    let first = run(&plan, &Kept::default(), &source).unwrap();
    let kept = kept_of(&first, &plan);
    let later = source.clone().later(Duration::days(30));
    let again = run(&plan, &kept, &later).unwrap();
    assert!(again.certificates.values().all(|issued| issued.kept));
    assert!(again.awaited.values().all(|awaited| awaited.kept));
    assert_eq!(again.certificates[&id("node")].der, first.certificates[&id("node")].der);
    assert_eq!(again.secrets, first.secrets);

    // Another span: the leaf is new, its CA is not.
    plan.identities[1].span = Span::days(90);
    let changed = run(&plan, &kept, &later).unwrap();
    assert!(changed.certificates[&id("ca")].kept && !changed.certificates[&id("node")].kept);
    assert_ne!(changed.certificates[&id("node")].der, first.certificates[&id("node")].der);

    // A leaf that has ended is new; a CA that has ended is an error.
    plan = everything();
    let third = run(&plan, &kept, &source.clone().later(Duration::days(800))).unwrap();
    assert!(third.certificates[&id("ca")].kept && !third.certificates[&id("node")].kept);
    let late = run(&plan, &kept, &source.clone().later(Duration::days(4000)));
    assert!(matches!(late, Err(Error::KeptDiffers { .. })));

    // Without its CA, a leaf is of no use.
    let mut orphan = Kept::default();
    orphan.insert_identity(id("node"), kept.identity(&id("node")).unwrap().clone());
    assert!(!run(&plan, &orphan, &source).unwrap().certificates[&id("node")].kept);

    plan.identities[0].subject = "CN=another".parse().unwrap();
    let error = run(&plan, &kept, &source).unwrap_err().to_string();
    assert!(error.contains("ca") && error.contains("CN=another"), "{error}");
    plan = everything();
    plan.identities[0].key = EC;
    assert!(matches!(run(&plan, &kept, &source), Err(Error::KeptDiffers { .. })));
}

#[test]
fn no_leaf_outlives_its_authority() {
    let mut plan = small(authority("ca", "CN=ca", EC), leaf("node", "CN=es-1", EC, "ca"));
    plan.identities[1].span = Span::years(20);
    let source = Fixed::for_plan(&plan);
    let first = run(&plan, &Kept::default(), &source).unwrap();
    let end = first.certificates[&id("ca")].not_after;
    assert_eq!(first.certificates[&id("node")].not_after, end);
    assert_eq!(first.certificates[&id("node")].not_before, first.made_at - Duration::hours(1));
}

#[test]
fn what_is_missing_is_named() {
    let mut plan = everything();
    let untyped = forge(
        &plan,
        &|step| step,
        &stackseal::plan::TypedSecrets::default(),
        &Kept::default(),
        &Fixed::new(),
        &Progress::new(),
    );
    assert!(matches!(untyped, Err(Error::NotTyped(id)) if id == SecretId::new("typed")));
    plan.push_file(file("asked.pem", Content::Certificates(vec![id("asked")])));
    let awaited = run(&plan, &Kept::default(), &Fixed::for_plan(&plan));
    assert!(matches!(awaited, Err(Error::Awaited(name)) if name == id("asked")));
}

#[test]
fn cancelling_ends_it_with_nothing() {
    let plan = everything();
    let progress = Progress::new();
    progress.cancel();
    let made = forge(&plan, &|step| step, &typed(), &Kept::default(), &Fixed::new(), &progress);
    assert!(matches!(made, Err(Error::Cancelled)));
}

#[test]
fn the_system_makes_fresh_keys_and_secrets() {
    let mut plan = small(authority("ca", "CN=ca", EC), leaf("node", "CN=es-1", KeyKind::EcP384, "ca"));
    secret(&mut plan, "drawn", Origin::Generated(20));
    let [one, two] = [(); 2].map(|()| run(&plan, &Kept::default(), &System).unwrap());
    assert_ne!(one.certificates[&id("ca")].key, two.certificates[&id("ca")].key);
    assert_ne!(one.secrets, two.secrets);
}

/// Damaged files are described or refused, whatever the damage.
#[test]
fn damage_is_survived() {
    let plan = small(authority("ca", "CN=ca,DC=example", EC), leaf("node", "CN=es-1", EC, "ca"));
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    let der = bundle.certificates[&id("node")].der.to_vec();
    let samples = [
        ("x.der", &der[..]),
        ("leaf.key", &bytes(&bundle, "leaf.key")),
        ("open.p12", &bytes(&bundle, "open.p12")),
    ];
    for (name, sample) in samples {
        let step = sample.len() / 100 + 1;
        for at in (0..sample.len()).step_by(step) {
            let _ = inspect(name, &sample[..at], &[]).to_string();
            let mut damaged = sample.to_vec();
            damaged[at] ^= 0x85;
            let _ = inspect(name, &damaged, &[]).to_string();
        }
    }
    let hostile = inspect("a.txt", b"-----BEGIN \x1b[2J-----\nAAAA\n-----END \x1b[2J-----\n", &[]);
    assert!(!hostile.to_string().contains('\x1b'), "{hostile}");
}
