//! Tasks on Metricbeat hosts, once everything that it talks to runs.

use super::elasticsearch::listed;
use super::{CONTAINER_FOLDER, actions, archive_user, image, install, needs_tool, over_names, run_container};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Product, Task};
use crate::steps::stack::Node;
use crate::steps::{Draft, beats};

/// The key under which a host's keystore has the setup's password.
const SETUP_LOGIN: &str = "-E output.elasticsearch.username=metricbeat_setup -E \"output.elasticsearch.password=\\\"'\\${SETUP_PWD}'\\\"\"";

pub fn draft(draft: &mut Draft<'_>) {
    let mut tasks = Vec::new();
    tasks.extend(bring_keys(draft));
    tasks.push(place(draft));
    tasks.extend(needs_tool(draft, Product::Metricbeat).then(|| secure(draft)));
    tasks.extend(set_up(draft));
    tasks.push(start(draft));
    draft.plan.tasks.extend(tasks);
}

/// API keys were made by a call, and lie here until they reach their hosts.
fn bring_keys(draft: &Draft<'_>) -> Option<Task> {
    if draft.answers.beats.credential != beats::Credential::ApiKey {
        return None;
    }
    let own = draft.answers.beats.own_monitoring != beats::OwnMonitoring::Off;
    let names: Vec<&str> = draft.stack.metricbeat.iter().map(|node| node.name.as_str()).collect();
    let to = "root@$host:stackseal-$host/metricbeat/secure-settings";
    let folder =
        over_names(&names, "ssh \"root@$host\" mkdir -p \"stackseal-$host/metricbeat/secure-settings\"");
    let mut commands = vec![
        folder,
        over_names(&names, &format!("scp -q \"accounts/metricbeat-$host.api_key\" \"{to}/ES_API_KEY\"")),
    ];
    if own {
        let copy =
            format!("scp -q \"accounts/metricbeat-$host-monitoring.api_key\" \"{to}/MONITORING_API_KEY\"");
        commands.push(over_names(&names, &copy));
    }
    Some(Task {
        id: "bring-keys",
        phase: Phase::PlaceBeats,
        title: "Bring each Metricbeat its API key".into(),
        why:
            "security-api/run.sh made one key a host and kept it in accounts/. A key can be taken back alone."
                .into(),
        actions: vec![Action::here(commands)],
        check: Check::here(
            over_names(
                &names,
                "ssh \"root@$host\" ls \"stackseal-$host/metricbeat/secure-settings/ES_API_KEY\"",
            ),
            "each host shows its file",
        ),
    })
}

fn place(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.metricbeat, |place| install(draft, place));
    Task {
        id: "place-metricbeat",
        phase: Phase::PlaceBeats,
        title: "Put Metricbeat's files into place".into(),
        why:
            "Metricbeat takes configuration only from files of root or of its own user that nobody else can \
              write. What install.sh replaces stays in .stackseal-backup beside it."
                .into(),
        actions,
        check: Check::there(
            format!(
                "ls -l {}",
                listed(draft.stack.metricbeat.first().map(|node| &*node.place), "metricbeat")
            ),
            "the certificates are there, of root or of the user that Metricbeat runs as",
        ),
    }
}

/// The program of this place with its configuration.
fn program(place: &Place) -> String {
    match place.kind {
        InstallKind::Package => "metricbeat".into(),
        InstallKind::Archive => {
            let folder = &place.folder;
            format!("runuser -u \"$user\" -- {folder}/metricbeat --path.home {folder} --path.config {folder}")
        }
        InstallKind::Container => "./metricbeat".into(),
    }
}

/// Runs commands in a container of the image that has the configuration, and takes the store back.
fn in_container(draft: &Draft<'_>, commands: &str) -> Vec<String> {
    vec![
        image(draft, "metricbeat"),
        format!("cd {CONTAINER_FOLDER}/metricbeat"),
        "cat > store.sh <<'END'".into(),
        "cd /usr/share/metricbeat && cp /in/config/metricbeat.yml . && chown 0 metricbeat.yml && chmod 600 metricbeat.yml".into(),
        "[ ! -f /in/config/metricbeat.keystore ] || { cp /in/config/metricbeat.keystore . && chown 0 metricbeat.keystore && chmod 600 metricbeat.keystore; }".into(),
        commands.to_owned(),
        "cat metricbeat.keystore > /in/config/metricbeat.keystore".into(),
        "END".into(),
        "docker run --rm -u 0 -v \"$PWD:/in:Z\" --entrypoint bash \"$image\" /in/store.sh".into(),
        "chown 1000:0 config/metricbeat.keystore && chmod 600 config/metricbeat.keystore".into(),
        "rm -rf secure-settings store.sh; cd -".into(),
    ]
}

fn secure(draft: &Draft<'_>) -> Task {
    // A host that logs in by certificate and collects nothing has no secret: an empty store is one to mount.
    let add = |program: &str, folder: &str| {
        format!(
            "for file in {folder}/secure-settings/*; do [ ! -f \"$file\" ] || {program} keystore add \"${{file##*/}}\" --stdin --force < \"$file\"; done"
        )
    };
    let actions = actions(&draft.stack.metricbeat, |place| {
        let program = program(place);
        let create =
            |folder: &str| format!("[ -f {folder}/metricbeat.keystore ] || {program} keystore create");
        let list = format!("{program} keystore list   # each name of metricbeat/secure-settings");
        match place.kind {
            InstallKind::Package => vec![create(&place.folder), add(&program, "metricbeat"), list],
            InstallKind::Archive => {
                vec![archive_user(place), create(&place.folder), add(&program, "metricbeat"), list]
            }
            InstallKind::Container => in_container(
                draft,
                &format!("{}\n{}; {program} keystore list", create("."), add(&program, "/in")),
            ),
        }
    });
    Task {
        id: "secure-metricbeat",
        phase: Phase::SecureBeats,
        title: "Store Metricbeat's secrets in its keystore".into(),
        why: "metricbeat.yml refers to them by name. The keystore lies beside it, and only its own user may read it."
            .into(),
        actions,
        check: Check::there("", "the last command lists each name of metricbeat/secure-settings"),
    }
}

/// Template, policy and dashboards, once, with the rights of the setup's user: those of the output could
/// not (the credentials of `setup.kibana` are for Kibana alone).
fn set_up(draft: &Draft<'_>) -> Option<Task> {
    let node = beats::setup_node(draft)?;
    let dashboards = beats::setup_kibana(draft).is_some();
    let waiting = beats::dashboards_wait(draft);
    // Beats refuse a user beside an API key.
    let no_key = match draft.answers.beats.credential {
        beats::Credential::ApiKey => " -E 'output.elasticsearch.api_key=\"\"'",
        beats::Credential::User | beats::Credential::Certificate => "",
    };
    let part = if dashboards { "" } else { " --index-management" };
    let command = format!("setup{part} -e {SETUP_LOGIN}{no_key}");
    let remove = if waiting { "" } else { "keystore remove SETUP_PWD" };
    let mut actions =
        actions(std::slice::from_ref(&node), |place| set_up_commands(draft, place, &command, remove));
    for action in &mut actions {
        action.host = Some(node.name.clone());
    }
    let what = if dashboards {
        "Index template, lifecycle policy and dashboards"
    } else {
        "Index template and lifecycle policy"
    };
    let later = if waiting {
        "Kibana's certificate is awaited: dashboards follow when it is there, by this step of the runbook that is written then."
    } else {
        "Its password leaves the keystore afterwards."
    };
    // Kibana loads nothing into a space that is not there.
    let space = draft.answers.beats.space.trim();
    let own_space = if dashboards && !matches!(space, "" | "*" | "default") {
        format!(" Make the space {space} in Kibana before: Stack Management, Spaces.")
    } else {
        String::new()
    };
    Some(Task {
        id: "set-up-metricbeat",
        phase: Phase::SetUpBeats,
        title: format!("Load what Metricbeat needs, once, on {}", node.name),
        why: format!(
            "{what} are loaded as metricbeat_setup, since the output's user may not. {later}{own_space}"
        ),
        actions,
        check: Check::there(
            "",
            if dashboards { "it says Loaded dashboards" } else { "it says Index setup finished" },
        ),
    })
}

/// The password leaves the keystore only when all has been loaded: else the next try would not have it.
fn set_up_commands(draft: &Draft<'_>, place: &Place, command: &str, remove: &str) -> Vec<String> {
    let program = program(place);
    let then = if remove.is_empty() { String::new() } else { format!(" && {program} {remove}") };
    let all = format!("{program} {command}{then}");
    match place.kind {
        InstallKind::Package => vec![all],
        InstallKind::Archive => vec![archive_user(place), all],
        InstallKind::Container => in_container(
            draft,
            &format!(
                "mkdir -p certs modules.d && cp -R /in/config/certs /in/config/modules.d . 2>/dev/null; chown -R 0 modules.d\n{all}"
            ),
        ),
    }
}

fn start(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.metricbeat, |place| match place.kind {
        InstallKind::Package => {
            vec!["systemctl daemon-reload && systemctl enable metricbeat.service && systemctl restart metricbeat.service".into()]
        }
        InstallKind::Archive => vec![
            archive_user(place),
            format!(
                "runuser -u \"$user\" -- sh -c 'cd {0} && nohup ./metricbeat --path.home {0} --path.config {0} > metricbeat.log 2>&1 & echo $! > {0}/metricbeat.pid'",
                place.folder
            ),
        ],
        InstallKind::Container => {
            let module = format!("{CONTAINER_FOLDER}/metricbeat/config/modules.d/elasticsearch-xpack.yml");
            let mut commands = vec![format!(
                "module=; [ ! -f {module} ] || module=\"-v {module}:{}/modules.d/elasticsearch-xpack.yml:Z\"",
                place.folder
            )];
            commands.extend(run_container(
                draft,
                place,
                &["metricbeat.yml", "metricbeat.keystore", "certs"],
                "$module -v metricbeat-data:/usr/share/metricbeat/data",
            ));
            commands
        }
    });
    let check = match draft.stack.metricbeat.first().map(|node: &std::sync::Arc<Node>| node.place.kind) {
        Some(InstallKind::Container) => {
            Check::there("docker exec metricbeat metricbeat test output", "it says talk to server... OK")
        }
        Some(InstallKind::Archive) => {
            Check::there("", "metricbeat.log says Connection to backoff(elasticsearch(…)) established")
        }
        _ => Check::there("metricbeat test output", "it says talk to server... OK"),
    };
    Task {
        id: "start-metricbeat",
        phase: Phase::StartBeats,
        title: "Start Metricbeat".into(),
        why: "It checks Elasticsearch by its CA and sends what it collects. Stack Monitoring in Kibana shows the \
              cluster a minute later."
            .into(),
        actions,
        check,
    }
}
