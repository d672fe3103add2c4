//! Tasks about logins: accounts that calls make, and Kibana's change from token to certificate.

use super::elasticsearch::{curl, url};
use super::{actions, archive_user, home};
use crate::plan::{Action, Check, Cluster, InstallKind, Phase, Product, Request, Task};
use crate::steps::{Draft, kibana_client, mtls, secrets, security_api};

pub fn draft(draft: &mut Draft<'_>) {
    let mut tasks = Vec::new();
    tasks.extend(calls(draft, Cluster::Own));
    tasks.extend(calls(draft, Cluster::Monitoring));
    if mtls::mode(draft.answers) == mtls::Mode::RealmLater && !draft.stack.kibana.is_empty() {
        tasks.extend([licence(draft), switch_over(draft)]);
    }
    draft.plan.tasks.extend(tasks);
}

/// All calls that a start needs, by one script.
fn calls(draft: &Draft<'_>, cluster: Cluster) -> Option<Task> {
    let needed = security_api::needed(draft, cluster);
    if needed.is_empty() {
        return None;
    }
    let command = security_api::command(cluster);
    let keys = needed.iter().any(|call| matches!(call.request, Request::ApiKey(_)));
    let more = if keys { " API keys are shown once, so the script keeps them in accounts/." } else { "" };
    let (id, whose, login) = match cluster {
        Cluster::Own => {
            ("accounts", "Elasticsearch", "the password of elastic comes from accounts/elastic.password")
        }
        Cluster::Monitoring => (
            "monitoring-accounts",
            "the monitoring cluster",
            "it asks for a password there; STACKSEAL_USER names another login than elastic",
        ),
    };
    Some(Task {
        id,
        phase: Phase::Account,
        title: format!("Make the accounts in {whose}"),
        why: format!(
            "{} calls of its security API: what cannot come from files. The script checks the cluster by its CA; \
             {login}. It can run twice, and stops at the first call that fails.{more}",
            needed.len()
        ),
        actions: vec![Action::here(vec![command])],
        check: Check::here("", "its last line is done"),
    })
}

/// The realm wakes up with the licence; nothing restarts for it.
fn licence(draft: &Draft<'_>) -> Task {
    Task {
        id: "licence",
        phase: Phase::SwitchOver,
        title: "Put the licence in".into(),
        why:
            "Without it the PKI realm is off, and Kibana logs in by its token. In Kibana: Stack Management, \
              License Management, Update license; or by a call with the licence's file."
                .into(),
        actions: vec![Action::here(vec![format!(
            "{} -XPUT '{}/_license?acknowledge=true' -H 'Content-Type: application/json' -d @licence.json",
            curl(draft),
            url(draft)
        )])],
        check: Check::here(
            format!("{} '{}/_xpack/usage?filter_path=security.realms.pki'", curl(draft), url(draft)),
            "it says \"available\":true",
        ),
    }
}

/// The mapping is there and the certificate is in place while the token still works; only then it goes.
fn switch_over(draft: &Draft<'_>) -> Task {
    let remove = "$keystore remove elasticsearch.serviceAccountToken";
    let actions = actions(&draft.stack.kibana, |place| {
        match place.kind {
        InstallKind::Package => vec![
            "keystore='/usr/share/kibana/bin/kibana-keystore --allow-root'".into(),
            remove.into(),
            format!("chown root:kibana {0}/kibana.keystore && chmod 660 {0}/kibana.keystore", place.folder),
            "systemctl restart kibana.service".into(),
        ],
        InstallKind::Archive => vec![
            archive_user(place),
            format!(
                "keystore=\"runuser -u $user -- env KBN_PATH_CONF={} {}/bin/kibana-keystore\"",
                place.folder,
                home(place)
            ),
            remove.into(),
            "# then restart Kibana as you started it".into(),
        ],
        InstallKind::Container => vec![
            "keystore=/srv/stackseal/kibana/config/kibana.keystore   # taken out, changed by the image's own tool, and put back".into(),
            "docker cp \"$keystore\" kibana:/tmp/kibana.keystore && docker exec -u 0 kibana bash -c 'mkdir -p /tmp/k && cp /usr/share/kibana/config/kibana.yml /tmp/k/ && cp /tmp/kibana.keystore /tmp/k/ && KBN_PATH_CONF=/tmp/k bin/kibana-keystore --allow-root remove elasticsearch.serviceAccountToken'".into(),
            "docker exec -u 0 kibana cat /tmp/k/kibana.keystore > \"$keystore.new\" && cat \"$keystore.new\" > \"$keystore\" && rm \"$keystore.new\"".into(),
            "docker restart kibana".into(),
        ],
    }
    });
    let back = if secrets::has_store(draft.answers, Product::Kibana) {
        "put kibana/config/kibana.keystore of its folder here into its place again"
    } else {
        "add the token again from kibana/secure-settings of its folder here"
    };
    Task {
        id: "switch-over",
        phase: Phase::SwitchOver,
        title: "Take Kibana's token away".into(),
        why: format!(
            "While the token is there it wins over the certificate. Role mapping and certificate are in place, so \
             that Kibana logs in as kibana_system without it. Should it not come up, {back}, and look for \
             `Realms … were skipped` in Elasticsearch's log."
        ),
        actions,
        check: super::kibana::status_check(draft),
    }
}

/// Whether service tokens are files of this output.
pub fn has_tokens(draft: &Draft<'_>) -> bool {
    kibana_client::brings_token(draft)
}
