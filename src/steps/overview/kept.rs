//! What outlives every run of this cluster: the passwords of `elastic` and of the operator, and the keys
//! by which Kibana encrypts what it stores.

use super::{ID, Licence, OPERATOR};
use crate::plan::{Call, Cluster, Origin, Request, SecretId, SecretSpec, SecretText, User};
use crate::steps::Draft;

pub(super) fn draft(draft: &mut Draft<'_>) {
    elastic_password(draft);
    if draft.answers.overview.operator {
        operator(draft);
    }
    kibana_keys(draft);
}

/// `elastic` logs in with `bootstrap.password` until its password is changed; each node accepts only
/// its own value, so all get the same.
fn elastic_password(draft: &mut Draft<'_>) {
    let secret = SecretId::new("overview.elastic_password");
    draft.plan.secrets.push(SecretSpec { id: secret.clone(), origin: Origin::Generated(24) });
    draft.account_file("elastic", &secret);
    let call = |request| Call { request, cluster: Cluster::Own, optional: true, by: ID };
    // For a cluster that has a licence already, which takes no notice of the setting.
    if draft.answers.overview.licence != Licence::Paid {
        draft.plan.calls.push(call(Request::Trial));
    }
    draft.plan.calls.push(call(Request::Password("elastic", secret.clone())));
    for index in 0..draft.stack.elasticsearch.len() {
        let node = draft.stack.elasticsearch[index].clone();
        draft.secure_setting(ID, &node, "bootstrap.password", SecretText::Plain(secret.clone()));
    }
}

/// For whoever runs the stack, so that `elastic` can rest. As a file it logs in while the cluster is red
/// and `elastic` cannot.
fn operator(draft: &mut Draft<'_>) {
    let password = SecretId::new("overview.operator_password");
    draft.plan.secrets.push(SecretSpec { id: password.clone(), origin: Origin::Generated(24) });
    draft.account_file(OPERATOR, &password);
    let roles = vec!["superuser".to_owned()];
    let user = User { name: OPERATOR, full_name: "Operator of the stack", roles, password };
    draft.plan.calls.push(Call {
        request: Request::User(user),
        cluster: Cluster::Own,
        optional: false,
        by: ID,
    });
}

/// Without them Kibana draws keys at each start: sessions end, alerting stays off, and two Kibanas do not
/// read each other's cookies. What is stored under a key is lost with it, so a later run keeps them.
fn kibana_keys(draft: &mut Draft<'_>) {
    const KEYS: [(&str, &str); 3] = [
        ("xpack.security.encryptionKey", "overview.kibana_security_key"),
        ("xpack.encryptedSavedObjects.encryptionKey", "overview.kibana_saved_objects_key"),
        ("xpack.reporting.encryptionKey", "overview.kibana_reporting_key"),
    ];
    if draft.stack.kibana.is_empty() {
        return;
    }
    for (setting, id) in KEYS {
        let id = SecretId::new(id);
        // Kibana takes 32 characters or more.
        draft.plan.secrets.push(SecretSpec { id: id.clone(), origin: Origin::Generated(32) });
        for node in draft.stack.kibana.clone() {
            draft.secure_setting(ID, &node, setting, SecretText::Plain(id.clone()));
        }
    }
}
