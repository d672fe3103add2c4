//! The questions of the overview.

use super::{AuthorityKey, Install, LeafKey, Licence, output_of};
use crate::plan::Product;
use crate::steps::accounts::Accounts;
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::passwords::PasswordSource;
use crate::steps::secrets::{SecretsBy, has_store};
use crate::steps::{ELASTICSEARCH_COLUMNS, KIBANA_COLUMNS, METRICBEAT_COLUMNS, has_metricbeat};

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "overview.cluster_name",
        "Cluster name",
        Kind::Text(lens!(overview.cluster_name)),
        "The name under which nodes find each other; the authorities are named after it. Give\n\
         each cluster its own, so that a stray node of another one cannot join. A node with\n\
         another name stays outside this cluster.",
    )
    .group("Stack"),
    Field::new(
        "overview.stack_version",
        "Stack version",
        Kind::Text(lens!(overview.stack_version)),
        "Major and minor of what is installed, such as 8.19 or 9.1, the same for all\n\
         products. Change it to what your hosts run. With a wrong one keystores, settings or\n\
         privileges are written that they do not know: a start or a call fails.",
    )
    .group("Stack"),
    Field::new(
        "overview.licence",
        "Licence",
        Kind::Choice(pick!(overview.licence: Licence)),
        "Decides how mutual TLS logs Kibana in: on Basic by a certificate beside its token;\n\
         on Trial (30 days) and Gold or higher by a PKI realm, with the certificate alone.\n\
         When such a licence ends the realm is off, and who needs it is locked out.",
    )
    .group("Stack"),
    Field::new(
        "overview.kind",
        "Installed as",
        Kind::Choice(pick!(overview.kind: Install)),
        "How the products come to their hosts. Folders, owners, modes and commands follow\n\
         from it; a host that differs says so in its own row. With a wrong one install.sh\n\
         finds no such folder, or a service cannot read its files.",
    )
    .group("Stack"),
    Field::new(
        "overview.elasticsearch_folder",
        "Elasticsearch in",
        Kind::Text(lens!(overview.elasticsearch_folder)),
        "Absolute path of Elasticsearch's config folder on its hosts, such as\n\
         /opt/elasticsearch/config. An archive can lie anywhere, so it has to be said. With a\n\
         wrong one install.sh and the runbook's commands fail there.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive),
    Field::new(
        "overview.kibana_folder",
        "Kibana in",
        Kind::Text(lens!(overview.kibana_folder)),
        "Absolute path of Kibana's config folder on its hosts, such as /opt/kibana/config. An\n\
         archive can lie anywhere, so it has to be said. It stands before every certificate\n\
         in kibana.yml: with a wrong one Kibana does not start.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive && !answers.overview.kibana.is_empty()),
    Field::new(
        "overview.metricbeat_folder",
        "Metricbeat in",
        Kind::Text(lens!(overview.metricbeat_folder)),
        "Absolute path of the folder that Metricbeat was unpacked to, such as\n\
         /opt/metricbeat; its configuration lies right there. An archive can lie anywhere, so\n\
         it has to be said. With a wrong one Metricbeat finds no certificates and does not\n\
         start.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive && has_metricbeat(answers)),
    Field::new(
        "overview.elasticsearch",
        "Elasticsearch",
        Kind::Hosts(lens!(overview.elasticsearch), ELASTICSEARCH_COLUMNS),
        "The Elasticsearch hosts: name, DNS names, addresses. Type them one by one, or paste\n\
         lines of  name dns,dns ip,ip [es|kibana|beats]  from a spreadsheet or /etc/hosts.\n\
         All go into the certificates: by a name that is missing here nobody connects.",
    )
    .group("Hosts"),
    Field::new(
        "overview.kibana",
        "Kibana",
        Kind::Hosts(lens!(overview.kibana), KIBANA_COLUMNS),
        "The Kibana hosts, in the same form; none where Kibana is not yours to set up. A host\n\
         may run both: give it the same name in both lists and it gets one folder. For a name\n\
         that is missing here browsers show a warning.",
    )
    .group("Hosts"),
    Field::new(
        "overview.metricbeat_on_nodes",
        "Beats on nodes",
        Kind::Flag(lens!(overview.metricbeat_on_nodes)),
        "Yes: every Elasticsearch host runs a Metricbeat that watches its own node, beside\n\
         those listed below. No: only the hosts below. With yes Metricbeat has to be\n\
         installed on every node; with no, nodes without one are not watched in node scope.",
    )
    .group("Hosts"),
    Field::new(
        "overview.metricbeat",
        "Metricbeat",
        Kind::Hosts(lens!(overview.metricbeat), METRICBEAT_COLUMNS),
        "The Metricbeat hosts, in the same form; one that runs Elasticsearch too has the same\n\
         name in both lists. The Beats step asks what they collect and where it goes. A host\n\
         that is missing here gets no configuration and no account to send with.",
    )
    .group("Hosts"),
    Field::new(
        "overview.client_names",
        "Other HTTPS names",
        Kind::List(lens!(overview.client_names)),
        "Names and addresses by which clients reach Elasticsearch beside the hosts' own: a\n\
         load balancer, a wildcard such as *.es.example.com. They go into every HTTPS\n\
         certificate: by a name that is missing, clients stop with a certificate error.",
    )
    .group("Hosts"),
    Field::new(
        "overview.key_type",
        "Keys",
        Kind::Choice(pick!(overview.key_type: LeafKey)),
        "The key pairs of nodes, Kibana and clients. RSA 2048 is read by everything; take\n\
         another where your rules name it, or EC for speed. Kibana reads no EC key from\n\
         PKCS#12: with EC it needs PEM files, or does not start.",
    )
    .group("Keys"),
    Field::new(
        "overview.ca_key_type",
        "Keys of CAs",
        Kind::Choice(pick!(overview.ca_key_type: AuthorityKey)),
        "The key pairs of the CAs, which live longer than the certificates they sign and so\n\
         want longer keys. Change it where your rules name another. A client that cannot read\n\
         this type of key trusts nothing that the CA signs.",
    )
    .group("Keys"),
    Field::new(
        "overview.accounts",
        "Made by",
        Kind::Choice(pick!(overview.accounts: Accounts)),
        "How the users and roles of this session come into the cluster. Files work from the\n\
         first start, with nothing to call. Calls need a running cluster, and show in Kibana.\n\
         File accounts have to be alike on all nodes, or a login works on some alone.",
    )
    .group("Accounts"),
    Field::new(
        "overview.operator",
        "Operator account",
        Kind::Flag(lens!(overview.operator)),
        "An account named operator that may do everything, for daily work and for the day\n\
         when elastic cannot log in. Its password stands in accounts/operator.password. With\n\
         neither login the password of elastic has to be reset on a node.",
    )
    .group("Accounts"),
    Field::new(
        "overview.elasticsearch_secrets",
        "For Elasticsearch",
        Kind::Choice(pick!(overview.elasticsearch_secrets: SecretsBy)),
        "How passwords reach Elasticsearch. Take commands where a host's keystore holds\n\
         secrets of its own, such as those of a snapshot repository: a finished store would\n\
         lack them, so install.sh stops before it.",
    )
    .group("Secrets"),
    Field::new(
        "overview.keystore_password",
        "Keystore password",
        Kind::Password(pick!(overview.keystore_password: PasswordSource)),
        "Opens elasticsearch.keystore. Blank is what packages have: the file's mode protects\n\
         it. Take one where a copy of the disk must not give the secrets away. Each start\n\
         then needs it, as the runbook says: without it no node starts.",
    )
    .group("Secrets")
    .shown(|answers| has_store(answers, Product::Elasticsearch)),
    Field::new(
        "overview.kibana_secrets",
        "For Kibana",
        Kind::Choice(pick!(overview.kibana_secrets: SecretsBy)),
        "How passwords reach Kibana. Take commands where a host's kibana.keystore holds\n\
         secrets of its own: a finished store would lack them, so install.sh stops before it.",
    )
    .group("Secrets")
    .shown(|answers| !answers.overview.kibana.is_empty()),
    Field::new(
        "overview.metricbeat_secrets",
        "For Metricbeat",
        Kind::Choice(pick!(overview.metricbeat_secrets: SecretsBy)),
        "How passwords reach Metricbeat. Take commands where a host's metricbeat.keystore\n\
         holds secrets of its own: a finished store would lack them, so install.sh stops\n\
         before it.",
    )
    .group("Secrets")
    .shown(has_metricbeat),
    Field::new(
        "overview.session_name",
        "Session name",
        Kind::Text(lens!(overview.session_name)),
        "The name under which these answers are saved; empty for the cluster's name. Change\n\
         it where two sessions are about one cluster. Commands take it, as in  stackseal\n\
         write NAME  : by another name they find nothing, or another session.",
    )
    .group("Session")
    .automatic(|answers, _| answers.overview.cluster_name.clone()),
    Field::new(
        "overview.output",
        "Output folder",
        Kind::Text(lens!(overview.output)),
        "Where the folders are written, relative to the folder stackseal was started in;\n\
         empty for one named after the session. Change it to keep an earlier output beside\n\
         it. It must not exist yet or be empty: nothing is overwritten unasked.",
    )
    .group("Session")
    .automatic(|answers, _| output_of(answers)),
];
