//! The way of a request to an outside authority and back: what comes back is checked, used with its chain
//! and kept from then on; what does not fit is named, and nothing is written with it.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use stackseal::forge::{Error, KeyPair, Source, read_key, read_pem};
use stackseal::plan::{Arrivals, IdentityId, Plan};
use stackseal::steps::{Context, draft};
use stackseal::store::{Existing, Os, Session, Written, arrivals, kept_for, read_kept, write_output};
use stackseal::values::KeyKind;
use support::fixed::Fixed;
use support::outside::{Outside, Sign};
use support::scenario::{self, Scenario};
use support::shell::Shell;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

const REQUEST: &str = "requests/kibana-server.csr";
const ANSWER: &str = "requests/kibana-server.crt";
const KEY: &str = "hosts/kibana-1/kibana/config/certs/kibana-server.key";
const CHAIN: &str = "hosts/kibana-1/kibana/config/certs/kibana-server.crt";
const PASSPHRASE: &str = "hosts/kibana-1/kibana/secure-settings/server.ssl.keyPassphrase";
const SETTINGS: &str = "hosts/kibana-1/kibana/config/kibana.yml";

/// OpenSSL's clock is the real one.
struct Now(Fixed);

impl Source for Now {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn fill(&self, label: &str, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill(label, bytes)
    }

    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error> {
        self.0.key(id, kind)
    }
}

/// A session whose request is away: the output is written, and its progress says so.
struct Away {
    scenario: Scenario,
    folder: TempDir,
    outside: Outside,
}

impl Away {
    /// None where OpenSSL is missing.
    fn new() -> Option<Self> {
        let outside = Outside::new()?;
        let folder = tempfile::tempdir().unwrap();
        let mut away = Self { scenario: scenario::named("good_browser_csr"), folder, outside };
        let plan = away.scenario.plan();
        scenario::write(&away.scenario, &away.out(), &Now(Fixed::for_plan(&plan)));
        away.remember(&plan);
        Some(away)
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn remember(&mut self, plan: &Plan) {
        let progress = &mut self.scenario.session.progress;
        progress.written =
            Some(Written { folder: self.folder.path().join("out").display().to_string(), at: "now".into() });
        progress.awaited = plan.requests();
    }

    fn put(&self, answer: impl AsRef<[u8]>) {
        fs::write(self.out().join(ANSWER), answer).unwrap();
    }

    fn signed(&self) -> String {
        self.outside.sign(&self.out().join(REQUEST), &Sign::AsAsked)
    }

    fn arrivals(&self, now: OffsetDateTime) -> Arrivals {
        arrivals(&self.scenario.session.progress, now)
    }

    fn plan(&self, now: OffsetDateTime) -> Plan {
        let (session, arrivals) = (&self.scenario.session, self.arrivals(now));
        draft(
            &session.answers,
            Context { run: session.run(), typed: &self.scenario.typed, arrivals: &arrivals },
        )
    }

    /// As `stackseal write --replace` does it.
    fn write(&mut self) {
        let plan = self.plan(OffsetDateTime::now_utc());
        let progress = &self.scenario.session.progress;
        let kept = kept_for(None, progress.written.as_ref(), &plan, &self.scenario.typed).unwrap();
        let bundle = scenario::bundle(&self.scenario, &plan, &Now(Fixed::new()), &kept);
        write_output(&Os, &bundle, &self.out(), Existing::Replace).unwrap();
        self.remember(&plan);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.out().join(path)).unwrap()
    }

    fn key(&self) -> Vec<u8> {
        read_key(self.read(KEY).as_bytes(), Some(&self.read(PASSPHRASE))).unwrap().to_vec()
    }
}

fn ders(pem: &str) -> Vec<Vec<u8>> {
    read_pem(pem.as_bytes()).unwrap().into_iter().map(|block| block.der.to_vec()).collect()
}

#[test]
fn a_request_is_away_under_certutils_names() {
    let Some(away) = Away::new() else { return };
    let awaited = &away.scenario.session.progress.awaited;
    assert_eq!(awaited.len(), 1);
    let paths = [&awaited[0].request, &awaited[0].certificate, &awaited[0].to];
    assert_eq!(paths, [REQUEST, ANSWER, "pki@corp.example"]);
    assert!(away.arrivals(OffsetDateTime::now_utc()).is_empty());
    let zip = fs::File::open(away.out().join("requests/csr-bundle.zip")).unwrap();
    let zip = zip::ZipArchive::new(zip).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with('/')).collect();
    names.sort_unstable();
    assert_eq!(names, ["kibana-server/kibana-server.csr", "kibana-server/kibana-server.key"]);
    // Nothing points to what is not there, and nobody but the host itself is answered.
    let settings = away.read(SETTINGS);
    assert!(!settings.contains("server.ssl") && settings.contains("server.host: localhost"), "{settings}");
    assert!(!away.out().join(CHAIN).exists());
}

/// What is saved with the session comes back, and a session file of an older run has none of it.
#[test]
fn what_is_away_is_saved_with_the_session() {
    let Some(away) = Away::new() else { return };
    let session = &away.scenario.session;
    let again = Session::parse(&session.to_yaml().unwrap(), Path::new("again.yml")).unwrap();
    assert_eq!(again.progress.awaited, session.progress.awaited);
    let old = Session::parse("version: 1\nprogress: { run: 5ea1ed }\n", Path::new("old.yml")).unwrap();
    assert!(old.progress.awaited.is_empty());
}

#[test]
fn what_comes_back_switches_tls_on() {
    let Some(mut away) = Away::new() else { return };
    let (key, request) = (away.key(), away.read(REQUEST));
    let (leaf, intermediate, root) = (away.signed(), away.outside.intermediate(), away.outside.root());
    away.put(format!("{leaf}{intermediate}{root}"));
    away.write();
    let settings = away.read(SETTINGS);
    for line in [
        "server.host: \"10.0.0.21\"",
        "server.publicBaseUrl: \"https://kb.corp.example:5601\"",
        "server.ssl.enabled: true",
        "server.ssl.certificate: /etc/kibana/certs/kibana-server.crt",
        "server.ssl.key: /etc/kibana/certs/kibana-server.key",
    ] {
        assert!(settings.contains(line), "{line} is not in\n{settings}");
    }
    assert_eq!(ders(&away.read(CHAIN)), [leaf, intermediate, root].map(|pem| ders(&pem).remove(0)));
    assert!(away.outside.is_chain(&away.read(CHAIN)));
    assert_eq!((away.key(), away.read(REQUEST)), (key, request));
    assert!(away.plan(OffsetDateTime::now_utc()).awaited.is_empty());
}

/// A later write, such as of one more host, has the certificate still.
#[test]
fn what_came_back_stays() {
    let Some(mut away) = Away::new() else { return };
    away.put(away.signed() + &away.outside.intermediate());
    away.write();
    let (settings, chain) = (away.read(SETTINGS), away.read(CHAIN));
    away.write();
    assert_eq!((away.read(SETTINGS), away.read(CHAIN)), (settings, chain));
    // Whoever renews it in time puts the new one beside the request again.
    let renewed = away.signed() + &away.outside.intermediate();
    away.put(&renewed);
    away.write();
    assert_eq!(ders(&away.read(CHAIN)), ders(&renewed));
    // Once it has ended Kibana would be refused, and that is said.
    let later = away.plan(OffsetDateTime::now_utc() + Duration::days(91));
    assert!(later.issues.iter().any(|issue| issue.code.name == "browser.signed-unfit"), "{:?}", later.issues);
}

/// Authorities send their certificates in any order, and bundles of others with them.
#[test]
fn any_order_is_put_right() {
    let Some(mut away) = Away::new() else { return };
    let stranger = Outside::new().unwrap().root();
    let (leaf, intermediate, root) = (away.signed(), away.outside.intermediate(), away.outside.root());
    away.put(format!("subject=/CN=x\n{root}{stranger}{intermediate}\n{leaf}"));
    away.write();
    assert_eq!(ders(&away.read(CHAIN)), [leaf, intermediate, root].map(|pem| ders(&pem).remove(0)));
}

/// Each is an error that names the file, so that nothing is written with it; the request stays away.
#[test]
fn what_does_not_fit_is_named() {
    let Some(away) = Away::new() else { return };
    let request = away.out().join(REQUEST);
    let names = "subjectAltName=DNS:kb.corp.example,DNS:kibana-1,DNS:kibana.corp.example,IP:10.0.0.21\n";
    let with = |text: &str| away.outside.sign(&request, &Sign::With(text));
    // Certificates begin at the second in which they are signed.
    let now = OffsetDateTime::now_utc() + Duration::minutes(5);
    let rows: [(Vec<u8>, OffsetDateTime, &str); 10] = [
        (away.outside.of_another_key().into(), now, "answers another request"),
        (away.signed().into(), now + Duration::days(91), "it ended on"),
        (away.signed().into(), now - Duration::days(1), "it is not valid before"),
        (
            with("subjectAltName=DNS:kb.corp.example,DNS:kibana-1\n").into(),
            now,
            "kibana.corp.example, 10.0.0.21",
        ),
        (with("basicConstraints=CA:FALSE\n").into(), now, "kb.corp.example"),
        (
            with(&format!("{names}basicConstraints=critical,CA:TRUE\n")).into(),
            now,
            "certificate of an authority",
        ),
        (with(&format!("{names}extendedKeyUsage=clientAuth\n")).into(), now, "serverAuth"),
        (away.outside.der(&away.signed()), now, "PEM"),
        (fs::read(&request).unwrap(), now, "no certificate"),
        (Vec::new(), now, "no certificate"),
    ];
    for (answer, now, says) in rows {
        away.put(answer);
        let plan = away.plan(now);
        let issues: Vec<_> = plan.issues.iter().filter(|i| i.code.name == "browser.signed-unfit").collect();
        assert_eq!(issues.len(), 1, "{says}: {:#?}", plan.issues);
        let message = &issues[0].message;
        let path = format!("{ANSWER} of the last output: ");
        assert!(message.starts_with(&path) && message.contains(says), "{says}: {message}");
        assert_eq!(issues[0].field, "browser.signed_by");
        assert!(!plan.is_sound() && plan.awaited.len() == 1, "{says}");
    }
    away.put(with(names));
    assert!(away.plan(now).is_sound(), "a certificate without any usage is for everything");
}

/// Not a file, or not one of any use: said, not waited for.
#[test]
fn what_is_no_file_is_named() {
    let Some(away) = Away::new() else { return };
    fs::create_dir(away.out().join(ANSWER)).unwrap();
    let plan = away.plan(OffsetDateTime::now_utc());
    assert!(plan.issues.iter().any(|issue| issue.code.name == "browser.signed-unfit"), "{:?}", plan.issues);
    fs::remove_dir(away.out().join(ANSWER)).unwrap();
    away.put(vec![b'a'; 2 << 20]);
    let plan = away.plan(OffsetDateTime::now_utc());
    let unfit = plan.issues.iter().find(|issue| issue.code.name == "browser.signed-unfit").unwrap();
    assert!(unfit.message.contains("more than"), "{}", unfit.message);
}

/// The key of a request is what its certificate will need: it is never drawn anew while it is away.
#[test]
fn the_key_of_a_request_is_kept() {
    let Some(mut away) = Away::new() else { return };
    let (key, request, passphrase) = (away.key(), away.read(REQUEST), away.read(PASSPHRASE));
    away.write();
    assert_eq!((away.key(), away.read(REQUEST), away.read(PASSPHRASE)), (key, request, passphrase));
    let plan = away.plan(OffsetDateTime::now_utc());
    let kept = read_kept(&away.out(), &plan, &away.scenario.typed).unwrap();
    let held = kept.identity(&IdentityId::new("browser.node.kibana-1")).unwrap();
    assert!(held.certificate.is_empty() && !held.key.is_empty());
}

/// All of it by the commands.
#[test]
fn the_commands_go_the_same_way() {
    let Some(outside) = Outside::new() else { return };
    let shell = Shell::new();
    let session = shell.scenario("good_browser_csr");
    shell.run(&["write", &session, "--out", "out"]).ends(0).says("browser.awaited").says(REQUEST);
    let saved = fs::read_to_string(shell.path(&session)).unwrap();
    assert!(saved.contains("awaited:") && saved.contains("to: pki@corp.example"), "{saved}");
    let sign = |extensions: &Sign<'_>| outside.sign(&shell.path("out").join(REQUEST), extensions);
    let put = |answer: String| fs::write(shell.path("out").join(ANSWER), answer).unwrap();
    put(sign(&Sign::With("subjectAltName=DNS:kb.corp.example\n")));
    shell
        .run(&["write", &session, "--out", "out", "--replace"])
        .ends(3)
        .says("browser.signed-unfit")
        .says(ANSWER)
        .says("nothing was written");
    put(sign(&Sign::AsAsked) + &outside.intermediate());
    let plan = shell.run(&["plan", &session]).ends(0);
    assert!(!plan.out.contains("browser.awaited") && plan.out.contains(CHAIN), "{}", plan.out);
    for _ in 0..2 {
        shell.run(&["write", &session, "--out", "out", "--replace"]).ends(0).says("The old output is now");
        let settings = fs::read_to_string(shell.path("out").join(SETTINGS)).unwrap();
        assert!(settings.contains("server.ssl.enabled: true"), "{settings}");
        assert_eq!(
            scenario::files_below(&shell.path("out/requests")),
            ["README.md", "csr-bundle.zip", "kibana-server.crt", "kibana-server.csr"]
        );
    }
}

#[test]
fn the_list_says_what_is_awaited() {
    let Some(outside) = Outside::new() else { return };
    let shell = Shell::new();
    let folder = shell.path("data/stackseal/sessions");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(scenario::folder().join("good_browser_csr.yml"), folder.join("lab.yml")).unwrap();
    shell.run(&["sessions"]).ends(0).says("ready to write");
    shell.run(&["write", "lab", "--out", "out"]).ends(0);
    shell.run(&["sessions"]).ends(0).says(&format!("waits for {ANSWER}: {REQUEST} is with pki@corp.example"));
    let signed = outside.sign(&shell.path("out").join(REQUEST), &Sign::AsAsked);
    fs::write(shell.path("out").join(ANSWER), signed).unwrap();
    shell.run(&["write", "lab", "--out", "out", "--replace"]).ends(0);
    let ran = shell.run(&["sessions"]).ends(0).says("written");
    assert!(!ran.out.contains("waits"), "{}", ran.out);
    // What no longer fits is no "written".
    fs::write(shell.path("out").join(ANSWER), "not a certificate").unwrap();
    shell.run(&["sessions"]).ends(0).says("1 issue");
}

/// The output that took the certificate along holds the same as the one before, wherever it lies.
#[test]
fn an_output_elsewhere_is_no_new_answer() {
    let Some(mut away) = Away::new() else { return };
    away.put(away.signed() + &away.outside.intermediate());
    let now = OffsetDateTime::now_utc();
    let before = away.arrivals(now);
    let moved = away.folder.path().join("elsewhere");
    fs::rename(away.out(), &moved).unwrap();
    away.scenario.session.progress.written.as_mut().unwrap().folder = moved.display().to_string();
    assert!(!before.is_empty() && before == away.arrivals(now));
}
