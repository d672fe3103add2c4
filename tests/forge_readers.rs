//! What forging makes, read by OpenSSL and, where it is installed, by Java's keytool.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/fixed.rs"]
mod fixed;
#[path = "support/recipes.rs"]
mod recipes;

use std::fs;
use std::path::Path;
use std::process::Command;

use fixed::Fixed;
use recipes::{PASSWORD, authority, bytes, file, id, leaf, member, run, small, store};
use stackseal::forge::{Bundle, Kept, inspect};
use stackseal::plan::{Content, Entry, Identity, Issuer, Plan, SecretId, Store};
use stackseal::values::KeyKind;

/// The output of a program run in `dir`, or nothing where it is not installed.
fn call(dir: &Path, program: &str, args: &str) -> Option<(bool, String)> {
    let args: Vec<&str> = args.split_whitespace().collect();
    let output = Command::new(program).args(args).current_dir(dir).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Must succeed, and say all of `parts`.
fn says(dir: &Path, command: &str, parts: &[&str]) {
    let (program, args) = command.split_once(' ').unwrap();
    let Some((good, text)) = call(dir, program, args) else { return };
    assert!(good, "{command}\n{text}");
    for part in parts {
        assert!(text.contains(part), "{command}: {part:?} is not in\n{text}");
    }
}

fn unpack(bundle: &Bundle) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for output in &bundle.outputs {
        fs::write(dir.path().join(output.path.as_str()), output.bytes.whole()).unwrap();
    }
    fs::write(dir.path().join("password"), PASSWORD).unwrap();
    dir
}

const NAMES: [(&str, &str); 4] = [
    ("CN=prod CA", "CN=es-1"),
    ("CN=CA,OU=one,OU=two,DC=corp,DC=example,DC=com", "CN=es-1,DC=corp,DC=example,DC=com"),
    ("CN=CA+SERIALNUMBER=7,O=Example\\, Inc.,C=DE", "UID=7+CN=es-1+OU=x,O=b"),
    ("CN=Prüfstelle *,O=例え", "EMAILADDRESS=ops@example.com,CN=Knoten 1 – ä,L=Köln"),
];

#[test]
fn openssl_believes_certificates_requests_and_keys_of_every_kind() {
    let kinds = [
        (KeyKind::Rsa3072, KeyKind::Rsa2048),
        (KeyKind::EcP256, KeyKind::EcP384),
        (KeyKind::EcP384, KeyKind::Rsa4096),
        (KeyKind::Rsa2048, KeyKind::EcP256),
    ];
    for ((ca, node), (ca_key, node_key)) in NAMES.into_iter().zip(kinds) {
        let plan = small(authority("ca", ca, ca_key), leaf("node", node, node_key, "ca"));
        let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
        let dir = unpack(&bundle);
        let dir = dir.path();
        let at = "-attime 1800000000";
        says(
            dir,
            &format!("openssl verify -x509_strict {at} -CAfile ca.pem ca.pem leaf.pem"),
            &["leaf.pem: OK"],
        );
        says(dir, &format!("openssl verify {at} -purpose sslclient -CAfile ca.pem leaf.pem"), &["OK"]);
        let host = format!(
            "openssl verify {at} -purpose sslserver -verify_hostname a.corp.example -CAfile ca.pem leaf.pem"
        );
        says(dir, &host, &["OK"]);
        let ip =
            format!("openssl verify {at} -purpose sslserver -verify_ip fd00::11 -CAfile ca.pem leaf.pem");
        says(dir, &ip, &["OK"]);
        says(
            dir,
            "openssl req -verify -noout -text -in leaf.csr",
            &["DNS:es-1.corp.example", "TLS Web Server", "verify OK"],
        );
        says(dir, "openssl pkey -noout -check -in leaf.key", &["Key is valid"]);
        says(dir, "openssl pkey -noout -check -in locked.key -passin file:password", &["Key is valid"]);
        says(
            dir,
            "openssl pkcs12 -info -nodes -in leaf.p12 -passin file:password",
            &["friendlyName: http", "friendlyName: ca"],
        );
        says(dir, "openssl pkcs12 -info -nodes -in open.p12 -passin pass:", &["friendlyName: http"]);
        let text = "openssl x509 -noout -text -in leaf.pem";
        says(
            dir,
            text,
            &[
                "Version: 3",
                "Key Usage: critical",
                "Basic Constraints: critical\n                CA:FALSE",
                "Authority Key Identifier",
            ],
        );
        says(
            dir,
            "openssl x509 -noout -text -in ca.pem",
            &["CA:TRUE", "Certificate Sign, CRL Sign", "Subject Key Identifier"],
        );
        says(
            dir,
            "openssl x509 -noout -fingerprint -sha256 -in ca.pem",
            &[&bundle.certificates[&id("ca")].fingerprint],
        );
        // Our text of a name and OpenSSL's agree, but for its escapes of what is not ASCII.
        if ca.is_ascii() && !ca.contains('+') {
            let subject = format!("subject={ca}");
            says(dir, "openssl x509 -noout -subject -nameopt RFC2253 -in ca.pem", &[&subject]);
        }
        // DER has its own order for the members of a multi-valued part.
        let issuer = if ca.contains('+') { "SERIALNUMBER=7+CN=CA,O=Example\\, Inc.,C=DE" } else { ca };
        let shown = inspect("leaf.pem", &bytes(&bundle, "leaf.pem"), &[]).to_string();
        assert!(shown.contains(&format!("issuer   {issuer}\n")), "{shown}");
    }
}

/// Root, intermediate, node: the intermediate is in the key's chain, the root is trusted.
#[test]
fn an_intermediate_comes_along() {
    let mut plan = Plan::default();
    let root = authority("root", "CN=root", KeyKind::Rsa2048);
    let between = authority("between", "CN=between,DC=example,DC=com", KeyKind::Rsa2048);
    plan.identities.push(root);
    plan.identities.push(Identity { issuer: Issuer::Other(id("root")), ..between });
    plan.identities.push(leaf("node", "CN=es-1", KeyKind::Rsa2048, "between"));
    plan.secrets.push(stackseal::plan::SecretSpec {
        id: SecretId::new("typed"),
        origin: stackseal::plan::Origin::Typed,
    });
    let entries = vec![
        Entry::Key { alias: "Node".into(), of: id("node") },
        Entry::Trusted { alias: "ca", of: id("root") },
    ];
    plan.push_file(file(
        "leaf.p12",
        Content::Store(Store { entries, password: Some(SecretId::new("typed")) }),
    ));
    for name in ["root", "between", "node"] {
        plan.push_file(file(&format!("{name}.pem"), Content::Certificates(vec![id(name)])));
    }
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    let dir = unpack(&bundle);
    let verify =
        "openssl verify -x509_strict -attime 1800000000 -CAfile root.pem -untrusted between.pem node.pem";
    says(dir.path(), verify, &["node.pem: OK"]);
    let list = "keytool -list -v -keystore leaf.p12 -storepass:file password";
    says(
        dir.path(),
        list,
        &["Alias name: node", "Certificate chain length: 3", "Entry type: trustedCertEntry"],
    );
}

#[test]
fn archives_keep_folders_and_modes() {
    let mut plan =
        small(authority("ca", "CN=ca", KeyKind::EcP256), leaf("node", "CN=es-1", KeyKind::EcP256, "ca"));
    plan.push_file(file(
        "all.zip",
        Content::Archive(vec![
            member("es/node ü/http.p12", store("node", "ca", Some("typed"))),
            member("kibana/ca.pem", Content::Certificates(vec![id("ca")])),
        ]),
    ));
    let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
    let dir = unpack(&bundle);
    let script = "import zipfile; z = zipfile.ZipFile('all.zip'); assert z.testzip() is None\nfor i in z.infolist(): print(i.filename, oct(i.external_attr >> 16), i.date_time)";
    fs::write(dir.path().join("list.py"), script).unwrap();
    let at = "(2026, 11, 22, 12, 0, 0)";
    let lines = [
        format!("es/ 0o40700 {at}"),
        format!("es/node ü/ 0o40700 {at}"),
        format!("es/node ü/http.p12 0o100600 {at}"),
        format!("kibana/ca.pem 0o100644 {at}"),
    ];
    says(dir.path(), "python3 list.py", &lines.each_ref().map(String::as_str));
}

#[test]
fn java_sees_key_and_trusted_entry() {
    for kind in [KeyKind::Rsa2048, KeyKind::EcP256] {
        let plan = small(authority("ca", NAMES[1].0, kind), leaf("node", NAMES[1].1, kind, "ca"));
        let bundle = run(&plan, &Kept::default(), &Fixed::for_plan(&plan)).unwrap();
        let dir = unpack(&bundle);
        let expected = [
            "Your keystore contains 2 entries",
            "Alias name: http",
            "Certificate chain length: 2",
            "trustedCertEntry",
        ];
        says(dir.path(), "keytool -list -v -keystore leaf.p12 -storepass:file password", &expected);
    }
}
