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
        "Nodes form a cluster only under one name, and authorities are named after it.\n\
         A name of its own keeps a stray node of another cluster from joining.",
    )
    .group("Stack"),
    Field::new(
        "overview.stack_version",
        "Stack version",
        Kind::Text(lens!(overview.stack_version)),
        "Major and minor of Elasticsearch and Kibana, 8.x or 9.x.\n\
         It decides formats, privilege names and flags in what is written.",
    )
    .group("Stack"),
    Field::new(
        "overview.licence",
        "Licence",
        Kind::Choice(pick!(overview.licence: Licence)),
        "Decides how mutual TLS works. Basic: a client certificate beside the token. Trial, for\n\
         30 days from the first start, and Gold or higher: a PKI realm, by which the certificate\n\
         alone logs Kibana in. When a licence ends, the realm ends with it.",
    )
    .group("Stack"),
    Field::new(
        "overview.kind",
        "Installed as",
        Kind::Choice(pick!(overview.kind: Install)),
        "How Elasticsearch and Kibana come to their hosts. It decides folders, owners, modes\n\
         and the commands of the runbook. A host that differs says so in its own row.",
    )
    .group("Stack"),
    Field::new(
        "overview.elasticsearch_folder",
        "Elasticsearch config",
        Kind::Text(lens!(overview.elasticsearch_folder)),
        "Absolute path of Elasticsearch's config folder on its hosts, such as\n\
         /opt/elasticsearch/config. Commands of the runbook run there.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive),
    Field::new(
        "overview.kibana_folder",
        "Kibana config",
        Kind::Text(lens!(overview.kibana_folder)),
        "Absolute path of Kibana's config folder on its hosts, such as /opt/kibana/config.\n\
         Kibana opens certificate files by absolute path, so a wrong one stops it.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive && !answers.overview.kibana.is_empty()),
    Field::new(
        "overview.metricbeat_folder",
        "Metricbeat folder",
        Kind::Text(lens!(overview.metricbeat_folder)),
        "Absolute path of the folder that Metricbeat was unpacked to, such as /opt/metricbeat;\n\
         its configuration lies right there. Metricbeat opens files by absolute path.",
    )
    .group("Stack")
    .shown(|answers| answers.overview.kind == Install::Archive && has_metricbeat(answers)),
    Field::new(
        "overview.elasticsearch",
        "Elasticsearch",
        Kind::Hosts(lens!(overview.elasticsearch), ELASTICSEARCH_COLUMNS),
        "The Elasticsearch hosts: name, DNS names, addresses. Type them one by one, or paste\n\
         lines of  name dns,dns ip,ip [es|kibana|beats]  from a spreadsheet or /etc/hosts.\n\
         All names and addresses go into the certificates, so name all that others use.",
    )
    .group("Hosts"),
    Field::new(
        "overview.kibana",
        "Kibana",
        Kind::Hosts(lens!(overview.kibana), KIBANA_COLUMNS),
        "The Kibana hosts, as above. A host may run both: give it the same name in both lists\n\
         and it gets one folder with a part for each product.",
    )
    .group("Hosts"),
    Field::new(
        "overview.metricbeat_on_nodes",
        "Metricbeat on nodes",
        Kind::Flag(lens!(overview.metricbeat_on_nodes)),
        "Yes: every Elasticsearch host runs a Metricbeat that watches its own node, beside those\n\
         listed below. No: only the hosts below.",
    )
    .group("Hosts"),
    Field::new(
        "overview.metricbeat",
        "Metricbeat",
        Kind::Hosts(lens!(overview.metricbeat), METRICBEAT_COLUMNS),
        "The Metricbeat hosts, as above. A host that runs Elasticsearch too has the same name in\n\
         both lists. The Beats step asks what they collect and where they send it.",
    )
    .group("Hosts"),
    Field::new(
        "overview.client_names",
        "Other names",
        Kind::List(lens!(overview.client_names)),
        "Names and addresses that clients use beside the hosts' own: a load balancer, a\n\
         wildcard such as *.es.example.com. They go into every HTTPS certificate.",
    )
    .group("Hosts"),
    Field::new(
        "overview.key_type",
        "Keys",
        Kind::Choice(pick!(overview.key_type: LeafKey)),
        "The key pairs of nodes. RSA 2048 is read by everything. EC is faster to make and to\n\
         use, but Kibana cannot read EC keys from PKCS#12 files.",
    )
    .group("Keys"),
    Field::new(
        "overview.ca_key_type",
        "Keys of CAs",
        Kind::Choice(pick!(overview.ca_key_type: AuthorityKey)),
        "The key pairs of authorities, which live longer than the certificates they sign.",
    )
    .group("Keys"),
    Field::new(
        "overview.accounts",
        "Made by",
        Kind::Choice(pick!(overview.accounts: Accounts)),
        "How the users and roles of this session come into the cluster. Files work from the first\n\
         start, with nothing to call. Calls need a running cluster, and show in Kibana's user\n\
         and role pages, which file accounts never do.",
    )
    .group("Accounts"),
    Field::new(
        "overview.operator",
        "Operator account",
        Kind::Flag(lens!(overview.operator)),
        "An account named operator that may do everything, for daily work and for the day when\n\
         elastic cannot log in. Its password stands in accounts/operator.password.",
    )
    .group("Accounts"),
    Field::new(
        "overview.elasticsearch_secrets",
        "For Elasticsearch",
        Kind::Choice(pick!(overview.elasticsearch_secrets: SecretsBy)),
        "How passwords reach Elasticsearch: a finished elasticsearch.keystore for each host, or\n\
         bare files and the commands that store them. Take commands where a host's store holds\n\
         secrets of its own, such as those of a snapshot repository.",
    )
    .group("Secrets"),
    Field::new(
        "overview.keystore_password",
        "Keystore password",
        Kind::Password(pick!(overview.keystore_password: PasswordSource)),
        "Opens elasticsearch.keystore. With one, each start of a node needs it: the runbook says\n\
         how. Blank is what Elasticsearch's packages have: the file's mode protects it.",
    )
    .group("Secrets")
    .shown(|answers| has_store(answers, Product::Elasticsearch)),
    Field::new(
        "overview.kibana_secrets",
        "For Kibana",
        Kind::Choice(pick!(overview.kibana_secrets: SecretsBy)),
        "The same for Kibana: a finished kibana.keystore, or bare files and commands.",
    )
    .group("Secrets")
    .shown(|answers| !answers.overview.kibana.is_empty()),
    Field::new(
        "overview.metricbeat_secrets",
        "For Metricbeat",
        Kind::Choice(pick!(overview.metricbeat_secrets: SecretsBy)),
        "The same for Metricbeat: a finished metricbeat.keystore, or bare files and commands.",
    )
    .group("Secrets")
    .shown(has_metricbeat),
    Field::new(
        "overview.session_name",
        "Session name",
        Kind::Text(lens!(overview.session_name)),
        "The name under which these answers are saved; empty for the cluster's name.\n\
         Use it on the command line: stackseal write NAME.",
    )
    .group("Session")
    .automatic(|answers, _| answers.overview.cluster_name.clone()),
    Field::new(
        "overview.output",
        "Output folder",
        Kind::Text(lens!(overview.output)),
        "Where the folders are written, relative to the folder stackseal was started in.\n\
         It must not exist yet, or be empty. Empty for a folder named after the session.",
    )
    .group("Session")
    .automatic(|answers, _| output_of(answers)),
];
