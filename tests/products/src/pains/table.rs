//! The thirty failures that people meet most when they set up TLS by hand: what is broken, what the product then says,
//! and where stackseal speaks of it before. Breaks nothing itself.

/// What stackseal has to say before it comes to that.
#[derive(Clone, Copy, Debug)]
pub enum Before {
    /// An issue of a session that would lead there: a scenario, and the code of the issue.
    Issue(&'static str, &'static str),
    /// What it wrote instead, so that it cannot come to that: a file below the output, and what stands in it.
    Wrote(&'static str, &'static str),
    /// What `stackseal inspect` says of such a file.
    Inspect(&'static str, &'static str),
    /// What `stackseal plan` shows of the session.
    Plan(&'static str),
    /// A line of the runbook.
    Runbook(&'static str),
}

use Before::{Inspect, Issue, Plan, Runbook, Wrote};

#[derive(Clone, Copy, Debug)]
pub struct Pain {
    pub id: u8,
    pub broken: &'static str,
    /// Any of these is the message; none means that the next field says why it cannot be seen here.
    pub message: &'static [&'static str],
    pub before: Before,
    pub unseen: &'static str,
}

const YML: &str = "hosts/es-1/elasticsearch/config/elasticsearch.yml";
const KIBANA: &str = "hosts/kibana-1/kibana/config/kibana.yml";
/// A second output, with stores instead of PEM files.
const STORE: &str = "../out-p12/hosts/es-1/elasticsearch/config/certs/transport.p12";
const BEAT: &str = "hosts/es-1/metricbeat/config/metricbeat.yml";
const MODULE: &str = "hosts/es-1/metricbeat/config/modules.d/elasticsearch-xpack.yml";

const fn seen(id: u8, broken: &'static str, message: &'static [&'static str], before: Before) -> Pain {
    Pain { id, broken, message, before, unseen: "" }
}

pub const PAINS: [Pain; 30] = [
    seen(
        1,
        "another password than the store's in elasticsearch.keystore",
        &["incorrect password", "password was incorrect"],
        Wrote("receipt.yml", "transport.store_password"),
    ),
    seen(
        2,
        "TLS lines gone from elasticsearch.yml, their passwords still in the keystore",
        &["is not set, but the following settings have been configured"],
        Wrote(YML, "xpack.security.transport.ssl.enabled: true"),
    ),
    seen(
        4,
        "the CA's own store, with its key, as truststore",
        &["does not contain any trusted certificate entries"],
        Inspect(STORE, "trusted certificate"),
    ),
    seen(
        5,
        "certs/http.key not copied",
        &["because the file does not exist"],
        Runbook("Put Elasticsearch's files into place"),
    ),
    seen(
        6,
        "certs/http.key is root's alone",
        &["not permitted to read", "AccessDeniedException"],
        Runbook(
            "Elasticsearch opens certificates only below its config folder, and only if its own user may read them",
        ),
    ),
    seen(
        7,
        "the key lies outside the config folder",
        &["because access to read the file is blocked"],
        Wrote(YML, "xpack.security.http.ssl.key: certs/http.key"),
    ),
    seen(
        8,
        "elasticsearch.keystore is root's alone",
        &["AccessDeniedException: /etc/elasticsearch/elasticsearch.keystore"],
        Runbook("Put Elasticsearch's files into place"),
    ),
    seen(
        11,
        "no passphrase of the key in elasticsearch.keystore",
        &[
            "cannot read encrypted key",
            "without a password",
            "incorrect password",
            "cannot load PEM private key",
        ],
        Wrote("receipt.yml", "https.password"),
    ),
    seen(
        12,
        "a byte order mark before the key's first line",
        &["file is empty", "does not contain a supported key format"],
        Wrote("hosts/es-1/elasticsearch/config/certs/http.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
    ),
    Pain {
        id: 13,
        broken: "a store with algorithms that its reader does not know",
        message: &[],
        before: Inspect(STORE, "PBKDF2-HMAC-SHA256"),
        unseen: "the readers that do not know today's algorithms are Java before 8u301 and 11.0.12, which neither version runs on",
    },
    seen(
        15,
        "security on and transport TLS off, on a node that enforces its start-up checks",
        &["Transport SSL must be enabled"],
        Wrote(YML, "xpack.security.transport.ssl.enabled: true"),
    ),
    seen(
        16,
        "a node whose certificate is of another CA",
        &["PKIX path building failed", "failed to establish trust", "PKIX path validation failed"],
        Issue("bad_ca_name_twice", "overview.ca-name-twice"),
    ),
    seen(
        17,
        "a node whose certificate is for servers only",
        &["Extended key usage does not permit use for TLS client authentication"],
        Inspect(
            "hosts/es-1/elasticsearch/config/certs/transport.crt",
            "usage    digitalSignature, keyEncipherment\n",
        ),
    ),
    seen(
        18,
        "a node reached by an address that its certificate lacks, under full verification",
        &["No subject alternative names matching IP address"],
        Issue("bad_transport_full_needs_ip", "transport.full-needs-ip"),
    ),
    seen(
        20,
        "a node whose certificate has ended",
        &["validity check failed", "CertificateExpiredException", "NotAfter"],
        Plan("until 3y from the write"),
    ),
    seen(
        23,
        "a client that still speaks http",
        &["received plaintext http traffic on an https channel"],
        Runbook("Move all other clients to https"),
    ),
    Pain {
        id: 24,
        broken: "a command line tool reaches the node by an address that its certificate lacks",
        message: &["no alternative certificate subject name matches target host name"],
        before: Inspect("hosts/es-1/elasticsearch/config/certs/http.crt", "IP 127.0.1.11, IP 127.0.0.1"),
        unseen: "the product's own tools are not published as jars: curl's words instead",
    },
    seen(
        26,
        "a server that sends its certificate without the intermediate",
        &["unable to get local issuer certificate", "unable to verify the first certificate"],
        Inspect("hosts/kibana-1/kibana/config/certs/kibana-server.crt", "certificate 1 of 2"),
    ),
    seen(
        27,
        "a client without a certificate where one is required",
        &["certificate required", "bad certificate", "certificate_required"],
        Issue("bad_mtls_locks_out", "mtls.locks-out"),
    ),
    seen(
        30,
        "Kibana's CA file is that of another CA",
        &[
            "self-signed certificate in certificate chain",
            "unable to verify the first certificate",
            "unable to get local issuer",
        ],
        Wrote(KIBANA, "elasticsearch.ssl.certificateAuthorities"),
    ),
    Pain {
        id: 32,
        broken: "elasticsearch.username: elastic in kibana.yml",
        message: &["value of \\\"elastic\\\" is forbidden"],
        before: Plan("logs in by service account token"),
        unseen: "Kibana's schema is not published as a package: the rule is written after Kibana's",
    },
    seen(
        34,
        "another password of kibana_system than Elasticsearch has",
        &["failed to authenticate user [kibana_system]"],
        Plan("logs in by service account token"),
    ),
    seen(
        35,
        "Kibana's key is root's alone",
        &["EACCES: permission denied"],
        Runbook("its user must be able to read it"),
    ),
    seen(
        38,
        "https to a Kibana that answers http",
        &["wrong version number", "ERR_SSL_PROTOCOL_ERROR", "packet length too long"],
        Issue("bad_browser_plain", "browser.plain"),
    ),
    seen(
        40,
        "the module's CA file is that of another CA",
        &["x509: certificate signed by unknown authority"],
        Wrote(MODULE, "ssl.certificate_authorities"),
    ),
    seen(
        42,
        "Metricbeat reaches the node by an address that its certificate lacks",
        &["x509: certificate is valid for", "doesn't contain any IP SANs"],
        Issue("bad_beats_url_not_covered", "beats.url-not-covered"),
    ),
    Pain {
        id: 43,
        broken: "others may write metricbeat.yml",
        message: &["can only be writable by the owner but the permissions are"],
        before: Runbook(
            "Metricbeat takes configuration only from files of root or of its own user that nobody else can write",
        ),
        unseen: "the check is in libbeat and not in the library: it is written after libbeat's",
    },
    seen(
        44,
        "the account that collects is used to send",
        &["is unauthorized for user [metricbeat_collector]"],
        Wrote(BEAT, "output.elasticsearch.username: metricbeat_writer"),
    ),
    seen(
        48,
        "a line pasted twice into elasticsearch.yml",
        &["Duplicate field 'xpack.security.http.ssl.enabled'"],
        Issue("", "plan.clash"),
    ),
    seen(
        49,
        "no space behind the colons of elasticsearch.yml",
        &[
            "malformed, expected settings to start with 'object'",
            "expecting token of type [START_OBJECT] but found [VALUE_STRING]",
        ],
        Wrote(YML, "cluster.name: "),
    ),
];
