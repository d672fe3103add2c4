//! Commands without a screen, through the real binary: exit codes, messages, what is written and what
//! is remembered.

mod support;

use std::fs;
use std::path::Path;

use stackseal::forge::read_keystore;
use support::scenario::{self, files_below, make_private};
use support::shell::{Ran, Shell};

#[test]
fn a_session_file_is_planned_shown_and_written() {
    let shell = Shell::new();
    let session = shell.scenario("good_single_node");
    let plan = shell.run(&["plan", &session]).ends(0);
    for word in
        ["Files (", "Channels", "Tasks (", "Issues (0)", "hosts/lab-1/elasticsearch/config/certs/http.p12"]
    {
        assert!(plan.out.contains(word), "{word}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&shell.run(&["plan", &session, "--format", "json"]).ends(0).out).unwrap();
    assert_eq!(json["settings"][0]["settings"]["discovery.type"], "single-node");
    let shown =
        shell.run(&["show", &session, "hosts/lab-1/elasticsearch/config/elasticsearch.yml"]).ends(0).out;
    let before = fs::read_to_string(shell.path("session.yml")).unwrap();
    shell.run(&["write", &session, "--out", "out"]).ends(0).says("README.md");
    let written =
        fs::read_to_string(shell.path("out/hosts/lab-1/elasticsearch/config/elasticsearch.yml")).unwrap();
    assert_eq!(shown, written);
    let listed: Vec<&str> =
        json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(files_below(&shell.path("out")), listed);
    // The operator's lines are all still there; only the progress was added.
    let after = fs::read_to_string(shell.path("session.yml")).unwrap();
    for line in before.lines().filter(|line| !line.starts_with("progress:")) {
        assert!(after.contains(line), "{line}");
    }
    assert!(after.contains("written:"), "{after}");
}

#[test]
fn exit_codes_tell_what_happened() {
    let shell = Shell::new();
    let good = shell.scenario("good_single_node");
    shell.run(&["plan"]).ends(2);
    shell.run(&["write", &good, "--password", "x"]).ends(2);
    shell
        .run(&["show", &good, "elasticsearch.yml"])
        .ends(2)
        .says("hosts/lab-1/elasticsearch/config/elasticsearch.yml");
    shell.run(&["plan", "nobody"]).ends(1).says("there is no session \"nobody\"");
    shell.run(&["plan", "nowhere.yml"]).ends(1).says("nowhere.yml");
    shell.run(&["--help"]).ends(0).says("Exit codes");
    shell.run(&["--version"]).ends(0).says(env!("CARGO_PKG_VERSION"));
    fs::create_dir(shell.path("full")).unwrap();
    shell.file("full/mine", "");
    shell.run(&["write", &good, "--out", "full"]).ends(4).says("--out");
    shell
        .run(&["write", &good, "--out", "full", "--replace"])
        .ends(4)
        .says("not a folder that stackseal wrote");
    assert_eq!(files_below(&shell.path("full")), ["mine"]);
    let bad = shell.scenario("bad_no_master");
    shell.run(&["plan", &bad]).ends(3).says("overview.no-master");
    shell.run(&["write", &bad, "--out", "other"]).ends(3).says("nothing was written");
    assert!(!shell.path("other").exists());
}

#[test]
fn mistakes_in_a_file_name_line_column_and_the_nearest_names() {
    let shell = Shell::new();
    let cases = [
        ("version: 1\nanswers:\n  overview:\n    clustername: x\n", "line 4 column 5", "cluster_name"),
        ("version: 1\nanswers:\n  transport: { format: p12 }\n", "line 3", "pkcs12"),
        ("version: 1\nanswers:\n  overview:\n    stack_version: 9.10\n", "line 4", "put it in quotes"),
        (
            "version: 1\nanswers:\n  overview:\n    elasticsearch:\n      - { name: a, public_url: x }\n",
            "line 5",
            "unknown name",
        ),
        ("version: 1\nanswer: {}\n", "line 2", "answers"),
        ("answers: {}\n", "version: 1", "not a session"),
        ("version: 7\nfuture: true\n", "version 7", "use a newer stackseal"),
        ("version: [\n", "bad.yml", "line"),
    ];
    for (text, place, hint) in cases {
        let file = shell.file("bad.yml", text);
        shell.run(&["plan", &file]).ends(1).says(place).says(hint).says("bad.yml");
        shell.run(&["write", &file, "--out", "out"]).ends(1);
        assert_eq!(fs::read_to_string(shell.path("bad.yml")).unwrap(), text, "the file was touched");
        assert!(!shell.path("out").exists());
    }
}

#[test]
fn typed_secrets_come_from_a_private_file_or_the_environment() {
    let shell = Shell::new();
    let session = shell.scenario("good_pem_encrypted");
    shell.run(&["write", &session, "--out", "out"]).ends(3).says("STACKSEAL_SECRET_TRANSPORT_STORE_PASSWORD");
    let planted = "planted-Secret-7";
    let text = format!(
        "transport.ca_password: \"{planted}\"\ntransport.store_password: \"{planted}\"\nhttps.ca_password: \"{planted}\"\n"
    );
    shell.file("secrets.yml", &text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(shell.path("secrets.yml"), fs::Permissions::from_mode(0o644)).unwrap();
        shell.run(&["write", &session, "--out", "out", "--secrets", "secrets.yml"]).ends(1).says("chmod 600");
    }
    make_private(&shell.path("secrets.yml"));
    let mut command = shell.command(&["write", &session, "--out", "out", "--secrets", "secrets.yml"]);
    let ran =
        Ran::of(command.env("STACKSEAL_SECRET_HTTPS_PASSWORD", "planted-Secret-8").output().unwrap()).ends(0);
    assert!(!ran.err.contains("planted") && !ran.out.contains("planted"));
    let passphrase =
        "out/hosts/es-1/elasticsearch/secure-settings/xpack.security.http.ssl.secure_key_passphrase";
    assert_eq!(fs::read_to_string(shell.path(passphrase)).unwrap(), "planted-Secret-8");
    for public in ["out/receipt.yml", "out/README.md", "session.yml"] {
        assert!(!fs::read_to_string(shell.path(public)).unwrap().contains("planted"), "{public}");
    }
    shell.file("secrets.yml", "transport.store_pasword: \"x\"\n");
    make_private(&shell.path("secrets.yml"));
    shell
        .run(&["plan", &session, "--secrets", "secrets.yml"])
        .ends(1)
        .says("did you mean transport.store_password?");
    shell.file("secrets.yml", "transport.store_password: planted: x\n");
    make_private(&shell.path("secrets.yml"));
    let ran = shell.run(&["plan", &session, "--secrets", "secrets.yml"]).ends(1);
    assert!(!ran.err.contains("planted"), "{}", ran.err);
}

/// API keys are shown once, and a CA file may have been placed by hand: neither is lost with a rewrite.
#[test]
fn what_others_put_into_an_output_goes_along_when_it_is_replaced() {
    let shell = Shell::new();
    let session = shell.scenario("good_three_per_node");
    shell.run(&["write", &session, "--out", "one"]).ends(0);
    for (path, text) in [
        ("one/accounts/metricbeat-es-1.api_key", "i1:k1"),
        ("one/hosts/kibana-1/kibana/config/certs/monitoring-ca.pem", "a CA"),
    ] {
        fs::write(shell.path(path), text).unwrap();
    }
    let before = fs::read(shell.path("one/receipt.yml")).unwrap();
    shell.run(&["write", &session, "--out", "one", "--replace"]).ends(0);
    assert_eq!(fs::read_to_string(shell.path("one/accounts/metricbeat-es-1.api_key")).unwrap(), "i1:k1");
    let placed = shell.path("one/hosts/kibana-1/kibana/config/certs/monitoring-ca.pem");
    assert_eq!(fs::read_to_string(placed).unwrap(), "a CA");
    assert_ne!(fs::read(shell.path("one/receipt.yml")).unwrap(), before);
}

#[test]
fn a_second_run_keeps_authorities_secrets_and_unchanged_leaves() {
    let shell = Shell::new();
    let session = shell.scenario("good_three_per_node");
    shell.run(&["write", &session, "--out", "one"]).ends(0);
    shell.run(&["write", &session, "--out", "one"]).ends(4);
    // Another host is added; what the others have stays.
    let text = fs::read_to_string(shell.path("session.yml")).unwrap();
    let more = text.replace(
        "    kibana:\n",
        "      - { name: es-4, dns: [es-4.corp.example], ip: [10.0.0.14] }\n    kibana:\n",
    );
    assert_ne!(text, more);
    shell.file("session.yml", &more);
    shell.run(&["write", &session, "--out", "two"]).ends(0);
    let (one, two) = (certificates(&shell.path("one")), certificates(&shell.path("two")));
    assert_eq!(two.len(), one.len() + 2);
    for (id, fingerprint) in &one {
        assert_eq!(two.iter().find(|(other, _)| other == id).map(|(_, f)| f), Some(fingerprint), "{id}");
    }
    for same in ["accounts/elastic.password", "authorities/http-ca.p12.password"] {
        assert_eq!(
            fs::read(shell.path("one").join(same)).unwrap(),
            fs::read(shell.path("two").join(same)).unwrap(),
            "{same}"
        );
    }
    // Seeds and encryption keys too, which lie in the stores alone.
    for store in
        ["es-1/elasticsearch/config/elasticsearch.keystore", "kibana-1/kibana/config/kibana.keystore"]
    {
        let open = |out: &str| {
            let bytes = fs::read(shell.path(out).join("hosts").join(store)).unwrap();
            read_keystore(&bytes, "").unwrap()
        };
        assert!(open("one").len() >= 4 && open("one") == open("two"), "{store}");
    }
    // Authorities that were moved away are asked for, not made again.
    fs::rename(shell.path("two/authorities"), shell.path("offline")).unwrap();
    shell.run(&["write", &session, "--out", "three"]).ends(1).says("--keep-from").says("transport.ca");
    assert!(!shell.path("three").exists());
    shell.run(&["write", &session, "--out", "three", "--keep-from", "one"]).ends(0);
    assert_eq!(certificates(&shell.path("three"))[0], one[0]);
    fs::remove_dir_all(shell.path("three")).unwrap();
    shell.run(&["write", &session, "--out", "four"]).ends(1).says("which is gone");
    shell
        .run(&["write", &session, "--out", "one", "--keep-from", "one", "--replace"])
        .ends(0)
        .says("The old output is now");
}

fn certificates(out: &Path) -> Vec<(String, String)> {
    let receipt: serde_yaml::Value =
        serde_yaml::from_str(&fs::read_to_string(out.join("receipt.yml")).unwrap()).unwrap();
    let text = |row: &serde_yaml::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let mut rows: Vec<_> = receipt["certificates"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|row| (text(row, "id"), text(row, "fingerprint")))
        .collect();
    rows.sort_by_key(|(id, _)| (!id.ends_with(".ca"), id.clone()));
    rows
}

#[test]
fn inspect_decodes_a_whole_output() {
    let shell = Shell::new();
    let session = shell.scenario("good_three_per_node");
    shell.run(&["write", &session, "--out", "out"]).ends(0);
    let ran = shell.run(&["inspect", "out"]).ends(0);
    for text in ["elastic-stack-ca.p12", "SHA-256", "es-1.corp.example", "RSA 2048", "trusted"] {
        assert!(ran.out.contains(text), "{text}");
    }
    assert!(!ran.out.contains("none of the known passwords"), "{}", ran.out);
    let password = fs::read_to_string(shell.path("out/authorities/http-ca.p12.password")).unwrap();
    assert!(!ran.out.contains(&password));
    fs::copy(shell.path("out/authorities/http-ca.p12"), shell.path("alone.p12")).unwrap();
    shell.run(&["inspect", "alone.p12"]).ends(0).says("password");
    shell
        .run(&["inspect", "alone.p12", "--password-file", "out/authorities/http-ca.p12.password"])
        .ends(0)
        .says("HTTP CA");
    shell.run(&["inspect", "nothing"]).ends(1).says("nothing");
}

#[test]
fn scripts_and_pages_are_printed() {
    let shell = Shell::new();
    for name in ["bash", "zsh", "fish"] {
        shell.run(&["completions", name]).ends(0).says("keep-from");
    }
    shell.run(&["man"]).ends(0).says(".TH stackseal");
    shell.run(&["sessions"]).ends(0).says("no sessions");
}

/// A session of the library, by name.
#[test]
fn named_sessions_are_found_listed_and_remembered() {
    let shell = Shell::new();
    let folder = shell.path("data/stackseal/sessions");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(scenario::folder().join("good_single_node.yml"), folder.join("lab.yml")).unwrap();
    fs::write(folder.join("broken.yml"), "version: 9\n").unwrap();
    shell
        .run(&["sessions"])
        .ends(0)
        .says("lab")
        .says("1 Elasticsearch · 1 Kibana")
        .says("ready to write")
        .says("newer stackseal");
    shell.run(&["plan", "lba"]).ends(1).says("\"lab\"");
    shell.run(&["write", "lab"]).ends(0);
    assert!(shell.path("lab/receipt.yml").is_file());
    shell.run(&["sessions"]).ends(0).says("written");
}
