//! The commands of the runbook: a shell can read all of them, none is dangerous by its form, and a host's
//! README holds what that host needs and nothing of other kinds.

mod support;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use stackseal::plan::{Content, InstallKind, Plan, Unknown, preview};
use stackseal::steps::{Host, Overview, PasswordSource, SecretsBy, heading};
use support::fixed::Fixed;
use support::scenario;

#[test]
fn a_shell_can_read_every_command() {
    let mut scripts = BTreeSet::new();
    for scenario in scenario::good() {
        for task in scenario.plan().tasks {
            scripts.extend(task.actions.into_iter().map(|action| action.commands.join("\n")));
            scripts.insert(task.check.command);
        }
    }
    for script in scripts {
        for shell in ["bash", "sh"] {
            let mut child =
                Command::new(shell).arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            use std::io::Write;
            child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(
                output.status.success(),
                "{shell}: {}\n{script}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

/// What would hurt if a folder were not what it should be.
#[test]
fn no_command_is_dangerous_by_its_form() {
    for scenario in scenario::good() {
        for task in scenario.plan().tasks {
            for command in task.actions.iter().flat_map(|action| &action.commands) {
                for word in [
                    "pkill",
                    "killall",
                    "rm -rf /etc",
                    "rm -rf /usr",
                    "chmod 777",
                    " --insecure",
                    "curl -k",
                    ":password",
                ] {
                    assert!(!command.contains(word), "{}: {command}", task.id);
                }
            }
        }
    }
}

#[test]
fn every_task_says_how_one_sees_that_it_worked() {
    for scenario in scenario::good() {
        for task in scenario.plan().tasks {
            assert!(!task.check.expect.is_empty() && !task.why.is_empty(), "{}", task.id);
        }
    }
}

/// Every command that is given on a host is in that host's README, and no command of another place is.
#[test]
fn a_hosts_readme_is_for_that_host() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for config in &plan.configs {
            let readme = readme(&plan, config.place.host.as_str());
            let places: Vec<_> =
                plan.configs.iter().filter(|other| other.place.host == config.place.host).collect();
            for action in
                plan.tasks.iter().flat_map(|task| &task.actions).filter(|action| action.product.is_some())
            {
                let own = places.iter().any(|other| action.is_for(&other.place));
                let script = action.commands.join("\n");
                assert!(
                    !own || readme.contains(&script),
                    "{}: {}: {script}",
                    scenario.name,
                    config.place.host
                );
            }
            let kinds: Vec<_> = places.iter().map(|other| other.place.kind).collect();
            let words = [
                (InstallKind::Package, "systemctl"),
                (InstallKind::Container, "docker"),
                (InstallKind::Archive, "runuser"),
            ];
            for (kind, word) in words {
                assert_eq!(
                    readme.contains(word),
                    kinds.contains(&kind),
                    "{}: {}: {word}",
                    scenario.name,
                    config.place.host
                );
            }
            assert!(!readme.contains("accounts/") && !readme.contains("clients/"), "{readme}");
        }
    }
}

/// Containers mount from a folder that no task deletes.
#[test]
fn nothing_that_is_mounted_is_deleted() {
    let plan = scenario::named("good_transport_ca").plan();
    let commands: Vec<&String> =
        plan.tasks.iter().flat_map(|task| &task.actions).flat_map(|action| &action.commands).collect();
    let mounts: Vec<&&String> = commands.iter().filter(|command| command.contains("docker run -d")).collect();
    assert_eq!(mounts.len(), 2);
    for mount in mounts {
        for line in mount.lines().filter(|line| line.contains("/config/")) {
            assert!(line.trim().starts_with("-v /srv/stackseal/"), "{line}");
        }
    }
    assert!(commands.iter().all(|command| !command.contains("rm -rf /srv/stackseal/elasticsearch ")));
}

/// What the task removes, tried on the written file: in one line and as a block.
#[test]
fn the_initial_masters_can_be_removed_as_told() {
    for name in ["good_three_per_node", "good_ipv6_wildcard", "good_fifty_nodes"] {
        let scenario = scenario::named(name);
        let plan = scenario.plan();
        let task = plan.tasks.iter().find(|task| task.id == "initial-masters").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = plan.files.iter().find(|file| matches!(file.content, Content::Settings(_))).unwrap();
        let text = preview(&plan, file, &Unknown, &heading);
        assert!(text.contains("initial_master_nodes"));
        std::fs::write(folder.path().join("elasticsearch.yml"), &text).unwrap();
        let script = task.actions[0]
            .commands
            .join("\n")
            .replace("/etc/elasticsearch", folder.path().to_str().unwrap());
        let output = Command::new("bash").arg("-c").arg(&script).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n", "{script}");
        let left = std::fs::read_to_string(folder.path().join("elasticsearch.yml")).unwrap();
        let before: serde_yaml::Mapping = serde_yaml::from_str(&text).unwrap();
        let after: serde_yaml::Mapping = serde_yaml::from_str(&left).unwrap();
        assert_eq!(after.len() + 1, before.len(), "{left}");
    }
}

/// Where a product has no secret, nothing is stored: not even the pattern itself, which would keep Kibana
/// from starting.
#[test]
fn nothing_is_stored_where_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut tried = 0;

    for mut scenario in scenario::good() {
        let overview = &mut scenario.session.answers.overview;
        overview.kibana_secrets = SecretsBy::Commands;
        overview.metricbeat_secrets = SecretsBy::Commands;
        for task in scenario.plan().tasks {
            if !matches!(task.id, "secure-kibana" | "secure-metricbeat") {
                continue;
            }
            let commands = task.actions.iter().flat_map(|action| &action.commands);
            for line in commands.flat_map(|command| command.lines()).filter(|line| line.contains("for file"))
            {
                // What lists the names stands behind the loop.
                let (looped, _) = line.split_once("; done").unwrap();
                let script = format!("keystore='echo called'; {looped}; done");
                let output =
                    Command::new("bash").arg("-c").arg(&script).current_dir(&folder).output().unwrap();
                let said = [output.stdout, output.stderr].concat();
                assert!(said.is_empty(), "{script}\n{}", String::from_utf8_lossy(&said));
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "only {tried} loops");
}

/// The token works until the certificate does: accounts and mapping come before Kibana starts, and the
/// token goes only behind the licence that wakes the realm.
#[test]
fn the_token_goes_behind_the_licence() {
    let plan = scenario::named("good_pki_paid").plan();
    let at = |id: &str| plan.tasks.iter().position(|task| task.id == id).unwrap_or_else(|| panic!("no {id}"));
    let order =
        ["start-elasticsearch", "accounts", "start-kibana", "log-in", "licence", "switch-over"].map(at);
    assert!(order.is_sorted(), "{order:?}");
    assert!(at("switch-over") < at("tidy"));
    // On a trial the realm works from the first start, and there is no token to take away.
    let trial = scenario::named("good_browser_mtls_beats").plan();
    assert!(trial.tasks.iter().all(|task| !matches!(task.id, "licence" | "switch-over")));
}

/// The commands are tried: every Kibana and Metricbeat gets the CA, and a server's certificate in the place
/// of a CA is seen.
#[test]
fn an_outside_ca_reaches_all_its_clients_and_is_seen_to_be_one() {
    let mut outside = scenario::named("good_csr");
    let overview = &mut outside.session.answers.overview;
    overview.kibana.push(Host { dns: vec!["kb-2.corp.example".into()], ..Host::named("kibana-2") });
    overview.metricbeat_on_nodes = true;
    let plan = outside.plan();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    // CA and certificate as some other organisation would hand them over.
    let given = scenario::named("good_ec");
    scenario::write(&given, &path("given"), &Fixed::for_plan(&given.plan()));
    std::fs::copy(path("given/clients/browser-ca.crt"), path("ca.pem")).unwrap();
    let leaf = "given/hosts/kibana-1/kibana/config/certs/kibana-server.crt";
    std::fs::copy(path(leaf), path("signed-es-1.crt")).unwrap();
    for host in ["es-1", "es-2", "es-3"] {
        std::fs::create_dir_all(path(&format!("hosts/{host}/elasticsearch/config/certs"))).unwrap();
    }
    std::fs::create_dir(path("clients")).unwrap();
    let run = |script: &str| {
        let output = Command::new("bash").arg("-c").arg(script).current_dir(&folder).output().unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let task = plan.tasks.iter().find(|task| task.id == "signed-certificates").unwrap();
    let (good, said) = run(&format!("set -e\n{}", task.actions[0].commands.join("\n")));
    assert!(good, "{said}");
    let clients =
        ["kibana-1/kibana", "kibana-2/kibana", "es-1/metricbeat", "es-2/metricbeat", "es-3/metricbeat"];
    for client in clients {
        assert!(path(&format!("hosts/{client}/config/certs/elasticsearch-ca.pem")).is_file(), "{client}");
    }
    if !run("openssl version").0 {
        eprintln!("skipped: no openssl");
        return;
    }
    let monitoring = scenario::named("good_beats_monitoring_cluster").plan();
    let await_it = monitoring.tasks.iter().find(|task| task.id == "monitoring-ca").unwrap();
    for (task, file) in [(task, "clients/elasticsearch-ca.pem"), (await_it, "monitoring-ca.pem")] {
        assert!(task.check.command.contains(file) && task.check.expect.contains("CA:TRUE"));
        for (from, is_ca) in [("ca.pem", true), ("signed-es-1.crt", false)] {
            std::fs::copy(path(from), path(file)).unwrap();
            let said = run(&task.check.command).1;
            assert_eq!(said.contains("CA:TRUE"), is_ca, "{}: {said}", task.check.command);
            assert!(said.contains("Not After") && said.contains("Subject:"), "{said}");
        }
    }
}

/// A store with a password keeps a node from starting alone: each kind of host is told how the start gets it,
/// and the password itself stands in files made for it.
#[test]
fn a_locked_store_is_opened_at_the_start() {
    for (kind, said) in [
        ("package", "ES_KEYSTORE_PASSPHRASE_FILE=/run/elasticsearch-keystore.password"),
        ("archive", "-d -p /opt/elasticsearch/elasticsearch.pid < elasticsearch/keystore.password"),
        ("container", "KEYSTORE_PASSWORD_FILE=/usr/share/elasticsearch/config/keystore.password"),
    ] {
        let mut scenario = scenario::named("good_locked_keystore");
        let text = format!(
            "kind: {kind}\nelasticsearch_folder: /opt/elasticsearch/config\nkibana_folder: /opt/kibana/config\n"
        );
        let change: Overview = serde_yaml::from_str(&text).unwrap();
        let overview = &mut scenario.session.answers.overview;
        overview.kind = change.kind;
        overview.elasticsearch_folder = change.elasticsearch_folder;
        overview.kibana_folder = change.kibana_folder;
        let plan = scenario.plan();
        assert!(plan.is_sound(), "{:?}", plan.issues);
        let start = plan.tasks.iter().find(|task| task.id == "start-elasticsearch").unwrap();
        let commands: Vec<String> = start.actions.iter().flat_map(|action| action.commands.clone()).collect();
        assert!(commands.join("\n").contains(said), "{kind}: {commands:?}");
        let holds = |end: &str| plan.files.iter().filter(|file| file.path.as_str().ends_with(end)).count();
        assert_eq!(holds("/elasticsearch/keystore.password"), 3, "{kind}");
        assert_eq!(holds("accounts/elasticsearch-keystore.password"), 1);
        scenario.session.answers.overview.keystore_password = PasswordSource::Blank;
        let open = scenario.plan();
        assert!(open.files.iter().all(|file| !file.path.as_str().ends_with("keystore.password")));
    }
}

fn readme(plan: &Plan, host: &str) -> String {
    let path = format!("hosts/{host}/README.md");
    let file = plan.files.iter().find(|file| file.path.as_str() == path).unwrap();
    preview(plan, file, &Unknown, &heading)
}
