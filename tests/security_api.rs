//! `security-api/`: bodies by version, and the script run against a curl that writes down what it is
//! given: no secret among its arguments, the first failure stops it and is named, twice does no harm.
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use stackseal::plan::{Cluster, Plan, Request, Unknown, preview};
use stackseal::steps::{Accounts, heading};
use support::fixed::Fixed;
use support::scenario::{self, Scenario};

/// Answers as Elasticsearch does; what stands in `FAIL` gets 400, and a second trial 403.
const CURL: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$LOG/arguments"
out= body= method= url= config=
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -K) config=$2; shift ;;
    -X) method=$2; shift ;;
    --data-binary) body=${2#@}; shift ;;
    -w|-H) shift ;;
    https://*) url=$1 ;;
  esac
  shift
done
cp "$config" "$LOG/config"
printf '%s %s\n' "$method" "${url#https://*/}" >> "$LOG/calls"
[ -z "$body" ] || { printf '%s %s ' "$method" "${url#https://*/}"; tr -d '\n' < "$body"; echo; } >> "$LOG/bodies"
case "$url" in
  *"$FAIL") printf '{"error":"no"}' > "$out"; printf 400; exit ;;
  */trial_status) printf '{"eligible_to_start_trial":true}' > "$out" ;;
  */api_key) printf '{"id":"i1","name":"n","api_key":"k1","encoded":"x"}' > "$out" ;;
  */credential/token/*) printf '{"created":true,"token":{"name":"n","value":"t1"}}' > "$out" ;;
  *) printf '{"created":true}' > "$out" ;;
esac
printf 200
"#;

struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn new(scenario: &Scenario) -> Self {
        let folder = tempfile::tempdir().unwrap();
        scenario::write(scenario, &folder.path().join("out"), &Fixed::for_plan(&scenario.plan()));
        fs::create_dir(folder.path().join("bin")).unwrap();
        let curl = folder.path().join("bin/curl");
        fs::write(&curl, CURL).unwrap();
        fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn run(&self, shell: &str, args: &[&str], fail: &str) -> Output {
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let script = self.out().join("security-api/run.sh");
        let mut command = Command::new(shell);
        command.arg(script).args(args).stdin(Stdio::null()).env("PATH", path);
        command.env("LOG", self.folder.path()).env("FAIL", if fail.is_empty() { "nothing" } else { fail });
        command.output().unwrap()
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn log(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn accounts(&self) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.out().join("accounts")).unwrap().map(Result::unwrap) {
            if entry.path().extension().is_some_and(|ending| ending == "password") {
                found.push(fs::read_to_string(entry.path()).unwrap());
            }
        }
        found
    }
}

/// Accounts by calls of the API, where files are the default.
fn by_calls() -> Scenario {
    let mut scenario = scenario::named("good_browser_mtls_beats");
    scenario.session.answers.overview.accounts = Accounts::Api;
    scenario
}

#[test]
fn all_needed_calls_are_made_in_order_with_no_secret_among_arguments() {
    let scenario = by_calls();
    for shell in ["sh", "bash"] {
        let stage = Stage::new(&scenario);
        let output = stage.run(shell, &[], "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let needed: Vec<String> = scenario
            .plan()
            .calls
            .iter()
            .filter(|call| !call.optional)
            .map(|call| format!("{} {}", call.method(), call.path().trim_start_matches('/')))
            .collect();
        let made = stage.log("calls");
        let made: Vec<&str> = made.lines().skip(1).collect();
        assert_eq!(made, needed);
        let shown = format!(
            "{}{}",
            stage.log("arguments"),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat())
        );
        let accounts = stage.accounts();
        assert!(accounts.len() > 4);
        for secret in &accounts {
            assert!(!shown.contains(secret.as_str()));
        }
        // Where they belong they are: in the login, and in the bodies of users.
        assert!(stage.log("config").contains("user = \"elastic:"));
        let user = stage
            .log("bodies")
            .lines()
            .find(|line| line.contains("user/metricbeat_writer"))
            .unwrap()
            .to_owned();
        let body: Value = serde_json::from_str(user.splitn(3, ' ').nth(2).unwrap()).unwrap();
        assert!(accounts.contains(&body["password"].as_str().unwrap().to_owned()));
        assert_eq!(body["roles"][0], "metricbeat_writer");
        // Nothing is left behind in the folder.
        let again = stage.run(shell, &[], "");
        assert!(again.status.success());
    }
}

#[test]
fn the_first_failure_stops_it_and_is_named() {
    let stage = Stage::new(&by_calls());
    let output = stage.run("sh", &[], "role/metricbeat_writer");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("role-metricbeat_writer failed: PUT /_security/role/metricbeat_writer answered 400"),
        "{said}"
    );
    assert!(stage.log("calls").ends_with("PUT _security/role/metricbeat_writer\n"));
}

#[test]
fn calls_can_be_named_and_unknown_ones_are_refused() {
    let stage = Stage::new(&by_calls());
    let listed = stage.run("sh", &["--list"], "");
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(names.lines().any(|name| name == "service-token-kibana") && stage.log("calls").is_empty());
    let output = stage.run("sh", &["service-token-kibana"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(stage.out().join("accounts/kibana.token")).unwrap(), "t1");
    let output = stage.run("sh", &["role-nobody"], "");
    assert!(
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("no call role-nobody")
    );
}

#[test]
fn the_ca_and_a_password_are_wanted_before_anything_is_sent() {
    let stage = Stage::new(&by_calls());
    fs::remove_file(stage.out().join("accounts/elastic.password")).unwrap();
    let output = stage.run("sh", &[], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no terminal to ask for password of elastic"));
    fs::remove_file(stage.out().join("clients/elasticsearch-ca.pem")).unwrap();
    let output = stage.run("sh", &[], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("elasticsearch-ca.pem is missing"));
    assert!(stage.log("calls").is_empty());
}

/// One body a file, as the script sends it but for the password.
#[test]
fn bodies_are_json_and_hold_no_password() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for call in &plan.calls {
            let ending = format!("/{}.json", call.name());
            let files: Vec<_> =
                plan.files.iter().filter(|file| file.path.as_str().ends_with(&ending)).collect();
            assert_eq!(files.len(), usize::from(call.body(&plan).is_some()), "{ending}");
            for file in files {
                let body: Value = serde_json::from_str(&preview(&plan, file, &Unknown, &heading)).unwrap();
                assert!(body.get("password").is_none(), "{ending}");
            }
        }
    }
}

/// Privileges, descriptions and features that a version lacks are not written for it.
#[test]
fn roles_are_those_of_the_version() {
    for (version, described, feature) in [
        ("8.14", false, "feature_discover.read"),
        ("8.19", true, "feature_discover.read"),
        ("9.1", true, "feature_discover_v2.read"),
    ] {
        let mut scenario = by_calls();
        scenario.session.answers.overview.stack_version = version.into();
        let roles = roles(&scenario.plan());
        assert!(roles.len() >= 4);
        for role in &roles {
            assert_eq!(role.get("description").is_some(), described, "{version} {role}");
        }
        let reader = roles.iter().find(|role| role.get("applications").is_some()).unwrap();
        assert_eq!(reader["applications"][0]["privileges"][0], feature);
        assert_eq!(reader["applications"][0]["resources"][0], "space:default");
        let saved = reader["applications"].to_string().contains("savedQueryManagement");
        assert_eq!(saved, version.starts_with('9'), "{version}");
    }
}

fn roles(plan: &Plan) -> Vec<Value> {
    let roles = plan.calls.iter().filter(|call| matches!(call.request, Request::Role(_)));
    roles.map(|call| call.body(plan).unwrap()).collect()
}

/// What a call answers and how it is taken back, as the folder's README says it.
#[test]
fn every_call_says_what_it_returns_and_how_it_is_undone() {
    let mut kinds = BTreeSet::new();
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for call in &plan.calls {
            let (kind, returns, undone) = match &call.request {
                Request::ApiKey(key) => {
                    let undone = format!("DELETE /_security/api_key with {{\"name\": \"{}\"}}", key.name);
                    ("key", "id and api_key", undone)
                }
                Request::Mapping(mapping) => {
                    let undone = format!("DELETE /_security/role_mapping/{}", mapping.name);
                    ("mapping", "role_mapping.created", undone)
                }
                Request::Password(..) => {
                    ("password", "an empty object", "setting another password".to_owned())
                }
                Request::Role(role) => {
                    ("role", "role.created", format!("DELETE /_security/role/{}", role.name))
                }
                Request::ServiceToken(account, name) => {
                    let undone = format!("DELETE /_security/service/{account}/credential/token/{name}");
                    ("token", "token.value", undone)
                }
                Request::Trial => ("trial", "trial_was_started", "POST /_license/start_basic".to_owned()),
                Request::User(user) => ("user", "created", format!("DELETE /_security/user/{}", user.name)),
            };
            kinds.insert(kind);
            assert!(call.returns().starts_with(returns), "{}: {}", call.name(), call.returns());
            assert!(call.undone_by().starts_with(&undone), "{}: {}", call.name(), call.undone_by());
            let root = match call.cluster {
                Cluster::Own => "security-api/README.md",
                Cluster::Monitoring => "security-api/monitoring/README.md",
            };
            let readme = plan.files.iter().find(|file| file.path.as_str() == root).unwrap();
            let text = preview(&plan, readme, &Unknown, &heading);
            let row = text.lines().find(|line| line.starts_with(&format!("| `{}`", call.name()))).unwrap();
            assert!(row.contains(call.returns()) && row.contains(&call.undone_by()), "{row}");
            assert!(row.contains(&format!("`{} {}`", call.method(), call.path())), "{row}");
        }
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[test]
fn the_folder_is_written_where_the_script_looks() {
    let stage = Stage::new(&by_calls());
    assert!(Path::new(&stage.out()).join("security-api/console.txt").exists());
    let console = fs::read_to_string(stage.out().join("security-api/console.txt")).unwrap();
    for secret in stage.accounts() {
        assert!(!console.contains(&secret));
    }
    assert!(console.contains("# password: the text of accounts/metricbeat_writer.password"));
    // Run as it is, it changes nothing that nobody meant.
    assert!(
        console.contains("\n# POST /_security/user/elastic/_password")
            && console.contains("\"password\": \"\"")
    );
    assert!(!console.contains("\nPOST /_license"));
}
