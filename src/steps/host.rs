//! Rows of the host lists, and the columns by which they are edited.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};

use super::answers::{text, texts};
use super::browser::HostCertificate;
use super::field::{HostField, HostKind};
use super::overview::Kind;

/// One host as typed. Which columns count depends on the list; see the `*_COLUMNS` tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub dns: Vec<String>,
    pub ip: Vec<String>,
    pub kind: Kind,
    pub config_folder: String,
    pub network_host: String,
    pub master: bool,
    pub public_url: String,
    pub certificate: HostCertificate,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            name: String::new(),
            dns: Vec::new(),
            ip: Vec::new(),
            kind: Kind::default(),
            config_folder: String::new(),
            network_host: String::new(),
            master: true,
            public_url: String::new(),
            certificate: HostCertificate::default(),
        }
    }
}

impl Host {
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

const NAME: HostField = HostField {
    id: "name",
    label: "Name",
    help: "The short name of this host, such as es-1: its node name, its folder and the CN of\n\
     its certificates. The same name in two lists is one host. No two nodes of a cluster\n\
     can have the same.",
    kind: HostKind::Text(|h| &h.name, |h| &mut h.name),
};
const DNS: HostField = HostField {
    id: "dns",
    label: "DNS names",
    help: "Every name by which others reach it, separated by commas, such as es-1.corp.example.\n\
     They go into its certificates: whoever connects by a name that is missing here meets\n\
     a certificate error.",
    kind: HostKind::List(|h| &h.dns, |h| &mut h.dns),
};
const IP: HostField = HostField {
    id: "ip",
    label: "IP addresses",
    help: "Its addresses, separated by commas, such as 10.0.0.11; it listens on the first. They\n\
     go into its certificates. Verification mode full needs one of each node, or the node\n\
     cannot join.",
    kind: HostKind::List(|h| &h.ip, |h| &mut h.ip),
};
const KIND: HostField = HostField {
    id: "kind",
    label: "Install kind",
    help: "How the product came to this host, where it differs from Overview's answer; folders,\n\
     owners and commands follow. With a wrong one install.sh finds no such folder, or the\n\
     service cannot read its files.",
    kind: HostKind::Choice {
        options: Kind::OPTIONS,
        get: |h| h.kind.index(),
        set: |h, index| h.kind = Kind::at(index),
    },
};
const CONFIG_FOLDER: HostField = HostField {
    id: "config_folder",
    label: "Config folder",
    help: "Absolute path of the product's config folder there, such as /srv/elastic/config,\n\
     where it is not the usual one; empty for that. With a wrong one install.sh fails, or\n\
     settings name files that are not there.",
    kind: HostKind::Text(|h| &h.config_folder, |h| &mut h.config_folder),
};
const NETWORK_HOST: HostField = HostField {
    id: "network_host",
    label: "network.host",
    help: "The address it listens on, such as 10.0.0.11, _site_, or 0.0.0.0 for all; empty for\n\
     its first. Set it where a host has several. On 127.0.0.1 no other host reaches it;\n\
     one that the host lacks stops its start.",
    kind: HostKind::Text(|h| &h.network_host, |h| &mut h.network_host),
};
const MASTER: HostField = HostField {
    id: "master",
    label: "Master-eligible",
    help: "Whether it may be elected master. Three such nodes survive the loss of one; of two\n\
     the loss of either stops the cluster, and with none it never forms.",
    kind: HostKind::Flag(|h| h.master, |h, on| h.master = on),
};
const PUBLIC_URL: HostField = HostField {
    id: "public_url",
    label: "Public URL",
    help: "What people type into the browser to reach this Kibana, such as\n\
     https://kibana.corp.example; empty for its first name. Set it where a balancer or\n\
     proxy stands before it: links that Kibana sends lead there, to nothing if it is wrong.",
    kind: HostKind::Text(|h| &h.public_url, |h| &mut h.public_url),
};

const CERTIFICATE: HostField = HostField {
    id: "certificate",
    label: "Certificate",
    help: "Who signs the certificate that browsers meet here, where it differs from the Browser\n\
     step, such as by request for a Kibana that outsiders open. Browsers warn of a CA\n\
     that they have not imported.",
    kind: HostKind::Choice {
        options: HostCertificate::OPTIONS,
        get: |h| h.certificate.index(),
        set: |h, index| h.certificate = HostCertificate::at(index),
    },
};

const SERVER_HOST: HostField = HostField {
    label: "server.host",
    help: "The address that Kibana listens on, such as 10.0.0.21, or 0.0.0.0 for all; empty for\n\
     the host's first. Set it where a host has several. On 127.0.0.1 only this host\n\
     reaches it; one that the host lacks stops its start.",
    ..NETWORK_HOST
};

pub static ELASTICSEARCH_COLUMNS: &[HostField] = &[NAME, DNS, IP, MASTER, KIND, NETWORK_HOST, CONFIG_FOLDER];
pub static KIBANA_COLUMNS: &[HostField] =
    &[NAME, DNS, IP, PUBLIC_URL, CERTIFICATE, KIND, SERVER_HOST, CONFIG_FOLDER];
pub static METRICBEAT_COLUMNS: &[HostField] = &[NAME, DNS, IP, KIND, CONFIG_FOLDER];

/// The shape of one row in a session file; one struct a list, so that a key of another list is an
/// error with line and column.
macro_rules! row {
    ($module:ident { $($field:ident : $type:ty = $with:literal if $skip:expr;)* }) => {
        pub(super) mod $module {
            use super::*;

            #[derive(Deserialize)]
            #[serde(default, deny_unknown_fields)]
            struct Row {
                $(#[serde(deserialize_with = $with)] $field: $type,)*
            }

            impl Default for Row {
                fn default() -> Self {
                    let host = Host::default();
                    Self { $($field: host.$field,)* }
                }
            }

            pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Host>, D::Error> {
                let rows = Vec::<Row>::deserialize(from)?;
                Ok(rows.into_iter().map(|row| Host { $($field: row.$field,)* ..Host::default() }).collect())
            }

            pub fn serialize<S: Serializer>(hosts: &[Host], to: S) -> Result<S::Ok, S::Error> {
                #[derive(Serialize)]
                struct Saved<'a> {
                    $(#[serde(skip_serializing_if = "Option::is_none")] $field: Option<&'a $type>,)*
                }
                let mut seq = to.serialize_seq(Some(hosts.len()))?;
                for host in hosts {
                    let skip: fn(&Host, &str) -> bool = |host, field| match field {
                        $(stringify!($field) => { let skip: fn(&$type) -> bool = $skip; skip(&host.$field) })*
                        _ => false,
                    };
                    seq.serialize_element(&Saved {
                        $($field: if skip(host, stringify!($field)) { None } else { Some(&host.$field) },)*
                    })?;
                }
                seq.end()
            }
        }
    };
}

row!(elasticsearch {
    name: String = "text" if |_| false;
    dns: Vec<String> = "texts" if Vec::is_empty;
    ip: Vec<String> = "texts" if Vec::is_empty;
    kind: Kind = "Kind::deserialize" if |kind| *kind == Kind::default();
    config_folder: String = "text" if String::is_empty;
    network_host: String = "text" if String::is_empty;
    master: bool = "bool::deserialize" if |on| *on;
});

row!(kibana {
    name: String = "text" if |_| false;
    dns: Vec<String> = "texts" if Vec::is_empty;
    ip: Vec<String> = "texts" if Vec::is_empty;
    kind: Kind = "Kind::deserialize" if |kind| *kind == Kind::default();
    config_folder: String = "text" if String::is_empty;
    network_host: String = "text" if String::is_empty;
    public_url: String = "text" if String::is_empty;
    certificate: HostCertificate = "HostCertificate::deserialize" if |way| *way == HostCertificate::default();
});

row!(metricbeat {
    name: String = "text" if |_| false;
    dns: Vec<String> = "texts" if Vec::is_empty;
    ip: Vec<String> = "texts" if Vec::is_empty;
    kind: Kind = "Kind::deserialize" if |kind| *kind == Kind::default();
    config_folder: String = "text" if String::is_empty;
});
