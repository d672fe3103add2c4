//! Written scenarios, read back: by every foreign judge, against the plan, and in search of secrets in
//! places where none may be.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use stackseal::forge::{Bundle, System};
use stackseal::plan::{Content, Plan, Secrecy, SecretText, Unknown, preview};
use stackseal::steps::heading;
use stackseal::values::Secret;
use support::fixed::Fixed;
use support::judges::judge_all;
use support::outside;
use support::scenario::{self, Scenario, bundle, files_below};

#[test]
fn every_good_scenario_pleases_the_foreign_judges() {
    let folder = tempfile::tempdir().unwrap();
    let mut written = Vec::new();
    for scenario in scenario::good() {
        let out = folder.path().join(&scenario.name);
        scenario::write(&scenario, &out, &System);
        if scenario.name == "good_csr" {
            outside::sign(&out);
        }
        written.push((scenario.name, out));
    }
    judge_all(&written);
}

#[test]
fn files_on_disk_are_the_plans_with_their_modes() {
    let folder = tempfile::tempdir().unwrap();
    for scenario in scenario::good() {
        let plan = scenario.plan();
        let out = folder.path().join(&scenario.name);
        scenario::write(&scenario, &out, &Fixed::for_plan(&plan));
        let planned: Vec<String> = plan.files.iter().map(|file| file.path.to_string()).collect();
        assert_eq!(files_below(&out), planned, "{}", scenario.name);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode(&out), 0o700);
            for file in &plan.files {
                assert_eq!(mode(&out.join(file.path.as_str())), file.mode().0, "{}", file.path);
            }
        }
    }
}

/// The preview of a text is the file, but for what only the keys can tell.
#[test]
fn previewed_texts_are_what_is_written() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        let bundle = bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Default::default());
        for file in plan.files.iter().filter(|f| matches!(f.content, Content::Settings(_) | Content::Text(_)))
        {
            let written =
                String::from_utf8(bundle.output(&file.path).unwrap().bytes.whole().into_owned()).unwrap();
            assert_eq!(preview(&plan, file, &bundle, &heading), written, "{}", file.path);
            let before = preview(&plan, file, &Unknown, &heading);
            assert_eq!(before.lines().count(), written.lines().count(), "{}", file.path);
        }
    }
}

/// A secret stands only in files that exist to carry it.
#[test]
fn secrets_are_where_they_belong_and_nowhere_else() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        let bundle = bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Default::default());
        let carriers = carriers(&plan);
        for output in &bundle.outputs {
            let text = String::from_utf8_lossy(&output.bytes.whole()).into_owned();
            for (id, secret) in &bundle.secrets {
                let found = text.contains(secret.reveal());
                let may = carriers.get(output.path.as_str()).is_some_and(|ids| ids.contains(id.as_str()));
                assert_eq!(found, may, "{}: {id} in {}", scenario.name, output.path);
            }
            if output.secrecy == Secrecy::Public {
                assert!(!text.contains("PRIVATE KEY"), "{}", output.path);
            }
        }
        let debugged = format!("{plan:?}{bundle:?}{:?}", scenario.typed);
        let previews: String =
            plan.files.iter().map(|file| preview(&plan, file, &bundle, &heading)).collect();
        for shown in [debugged, previews, scenario.session.to_yaml().unwrap(), inspected(&bundle)] {
            absent(&bundle.secrets.values().cloned().collect::<Vec<_>>(), &shown, &scenario);
        }
    }
}

/// Bare secret files, by path; a bearer token is an encoding, so its secret is not found in it as text.
fn carriers(plan: &Plan) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut carriers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in &plan.files {
        if let Content::Secret(SecretText::Plain(id)) = &file.content {
            carriers.entry(file.path.as_str()).or_default().insert(id.as_str());
        }
    }
    carriers
}

fn inspected(bundle: &Bundle) -> String {
    bundle
        .outputs
        .iter()
        .filter_map(|o| bundle.inspect(&o.path))
        .map(|description| description.to_string())
        .collect()
}

fn absent(secrets: &[Secret], text: &str, scenario: &Scenario) {
    for secret in secrets {
        assert!(!text.contains(secret.reveal()), "{}: a secret is shown", scenario.name);
    }
}

/// Two runs with the same clock, randomness and keys differ only in the random salts of stores.
#[test]
fn two_runs_are_equal() {
    for name in ["good_three_per_node", "good_pem", "good_csr", "good_blank_passwords"] {
        let scenario = scenario::named(name);
        let plan = scenario.plan();
        let run = || bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Default::default());
        let (one, two) = (run(), run());
        for (a, b) in one.outputs.iter().zip(&two.outputs) {
            assert_eq!((&a.path, a.mode), (&b.path, b.mode));
            match a.kind {
                "PKCS#12" | "zip" => assert_eq!(
                    one.inspect(&a.path).unwrap().to_string(),
                    two.inspect(&b.path).unwrap().to_string(),
                    "{}",
                    a.path
                ),
                // Holds the hashes of the stores.
                "receipt" => {}
                _ => assert_eq!(a.bytes, b.bytes, "{}", a.path),
            }
        }
    }
}
