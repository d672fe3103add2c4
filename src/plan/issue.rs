//! What is wrong with the answers, by stable code. The table is the only place where a code is made.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing can be forged until it is mended.
    Error,
    /// Worth knowing; the operator may go on.
    Advice,
}

/// A stable name such as `transport.full-needs-ip`; never renamed once released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub name: &'static str,
    pub weight: Weight,
    /// What it means and why it matters, for the help.
    pub meaning: &'static str,
    /// Whether answers alone can lead to it; the others come from files that somebody else made, or
    /// would be faults of stackseal itself.
    pub from_answers: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub code: Code,
    /// Dotted path of the field to mend, as in the session file, with `[n]` for rows of a list.
    pub field: String,
    pub message: String,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.field, self.message, self.code.name)
    }
}

macro_rules! codes {
    ($($constant:ident = $name:literal $weight:ident $origin:ident $meaning:literal;)*) => {
        /// One constant a code.
        pub mod codes {
            use super::{Code, Weight};
            $(pub const $constant: Code = Code {
                name: $name,
                weight: Weight::$weight,
                meaning: $meaning,
                from_answers: codes!(@origin $origin),
            };)*
        }

        /// Every code that an issue can have.
        pub const CODES: &[Code] = &[$(codes::$constant),*];
    };
    (@origin answer) => { true };
    (@origin file) => { false };
    (@origin fault) => { false };
}

codes! {
    ADDRESS_TWICE = "overview.address-twice" Error answer
        "Two Elasticsearch hosts have one address: both would want port 9200 there.";
    CLIENT_NAME = "overview.client-name" Error answer
        "A name that clients use is neither a DNS name nor an address.";
    CLUSTER_NAME = "overview.cluster-name" Error answer
        "Nodes form a cluster only under one name of letters, digits, '-', '_' and '.'.";
    CONFIG_DIR = "overview.config-dir" Error answer
        "Kibana opens files by absolute path, and commands run in the product's folder; an archive can lie anywhere, so it has to be said.";
    HOST_DNS = "overview.host-dns" Error answer
        "A DNS name of a host cannot stand in a certificate; an underscore, say, ends in `Contains non-LDH ASCII characters`.";
    HOST_IP = "overview.host-ip" Error answer
        "An address of a host is not an IP address.";
    HOST_NAME = "overview.host-name" Error answer
        "The name of a host is missing or cannot be a folder and node name.";
    HOST_NOWHERE = "overview.host-nowhere" Advice answer
        "A host has neither DNS name nor address, so that others must find it by its short name.";
    HOST_TWICE = "overview.host-twice" Error answer
        "Two rows of one list have the same name; node names are unique in a cluster.";
    KEYSTORE_PASSWORD = "overview.keystore-password" Error answer
        "The password of elasticsearch.keystore is to be typed, and is missing or cannot be read by every product.";
    NETWORK_HOST = "overview.network-host" Error answer
        "network.host is an address, a DNS name, or a special value such as _site_ or 0.0.0.0.";
    NO_ELASTICSEARCH = "overview.no-elasticsearch" Error answer
        "A stack has at least one Elasticsearch host.";
    NO_MASTER = "overview.no-master" Error answer
        "No host may become master, so no cluster would form.";
    OUTPUT = "overview.output" Error answer
        "The output folder is a path that does not exist yet or is empty.";
    PUBLIC_URL = "overview.public-url" Error answer
        "Kibana's public URL is scheme, host, port and path, as people type it.";
    SESSION_NAME = "overview.session-name" Error answer
        "A session's name becomes a file name and an argument of commands.";
    STACK_VERSION = "overview.stack-version" Error answer
        "The version decides formats, privilege names and flags.";
    TWO_MASTERS = "overview.two-masters" Advice answer
        "Of two master-eligible nodes neither can go on without the other; three survive the loss of one.";

    TRANSPORT_BLANK = "transport.blank-password" Advice answer
        "Whoever copies the store has the node's key: with a blank password only file permissions protect it.";
    TRANSPORT_CA_BLANK = "transport.ca-blank-password" Advice answer
        "Whoever copies the CA can add nodes to the cluster.";
    TRANSPORT_CA_PASSWORD = "transport.ca-password" Error answer
        "The CA's password is to be typed, and is missing or cannot be read by every product.";
    TRANSPORT_CA_SUBJECT = "transport.ca-subject" Error answer
        "The CA's subject is not a distinguished name.";
    TRANSPORT_CA_VALIDITY = "transport.ca-validity" Error answer
        "The CA's validity is not a span of time.";
    TRANSPORT_FULL_NEEDS_IP = "transport.full-needs-ip" Error answer
        "Elasticsearch checks a peer by the address it connected to; without that address in the certificate it says `No subject alternative names matching IP address`.";
    TRANSPORT_FULL_SHARED = "transport.full-shared" Advice answer
        "With one certificate for all, checking names proves nothing more: each node can pass for each other.";
    TRANSPORT_OUTLIVES_CA = "transport.outlives-ca" Advice answer
        "A certificate cannot outlive its CA, so it ends with it.";
    TRANSPORT_PASSWORD = "transport.store-password" Error answer
        "The password of the node stores is to be typed, and is missing or cannot be read by every product.";
    TRANSPORT_VALIDITY = "transport.validity" Error answer
        "The validity of the node certificates is not a span of time.";

    HTTPS_BLANK = "https.blank-password" Advice answer
        "Whoever copies the store has the node's key: with a blank password only file permissions protect it.";
    HTTPS_CA_BLANK = "https.ca-blank-password" Advice answer
        "Whoever copies the CA can pass for the cluster towards every client that trusts it.";
    HTTPS_CA_PASSWORD = "https.ca-password" Error answer
        "The CA's password is to be typed, and is missing or cannot be read by every product.";
    HTTPS_CA_SUBJECT = "https.ca-subject" Error answer
        "The CA's subject is not a distinguished name.";
    HTTPS_CA_VALIDITY = "https.ca-validity" Error answer
        "The CA's validity is not a span of time.";
    HTTPS_KEY_USAGE = "https.key-usage" Error answer
        "A key usage is unknown, or leaves TLS without digitalSignature.";
    HTTPS_MANY_NAMES = "https.many-names" Advice answer
        "Java 17 fails handshakes whose certificates grow too large; below some 250 names all is well.";
    HTTPS_OUTLIVES_CA = "https.outlives-ca" Advice answer
        "A certificate cannot outlive its CA, so it ends with it.";
    HTTPS_PASSWORD = "https.password" Error answer
        "The password of the stores is to be typed, and is missing or cannot be read by every product.";
    HTTPS_SHARED_CA = "https.shared-ca" Advice answer
        "Everything that trusts the transport CA may join as a node; clients should trust another one.";
    HTTPS_SHORT_VALIDITY = "https.short-validity" Advice answer
        "A certificate of less than 60 days has to be renewed soon after it is put to use.";
    HTTPS_SIGNED_UNFIT = "https.signed-unfit" Error file
        "What came back from the CA is not a certificate for this request: the node would not start, or clients refuse it.";
    HTTPS_SUBJECT = "https.subject" Error answer
        "The subject is not a distinguished name.";
    HTTPS_VALIDITY = "https.validity" Error answer
        "The validity of the certificates is not a span of time.";

    KIBANA_LOOSE = "kibana_client.names-unchecked" Advice answer
        "With verificationMode certificate any certificate of the CA passes for Elasticsearch.";
    KIBANA_MONITORING_SECRET = "kibana_client.monitoring-secret" Error answer
        "The credential for the monitoring cluster comes from there and has to be typed.";
    KIBANA_MONITORING_URL = "kibana_client.monitoring-url" Error answer
        "The monitoring cluster needs at least one https URL.";
    KIBANA_URL = "kibana_client.url" Error answer
        "An Elasticsearch URL for Kibana begins with https:// and names one host.";
    KIBANA_URL_NOT_COVERED = "kibana_client.url-not-covered" Error answer
        "Kibana compares the URL's host with the certificate's names and stops with `Hostname/IP does not match certificate's altnames`.";

    BROWSER_AWAITED = "browser.awaited" Advice answer
        "Until the signed certificate is there Kibana listens on its own host only, since without TLS passwords would cross the network in clear.";
    BROWSER_BLANK = "browser.blank-password" Advice answer
        "Whoever copies the file has Kibana's key: with a blank password only file permissions protect it.";
    BROWSER_CA_BLANK = "browser.ca-blank-password" Advice answer
        "Whoever copies the CA can pass for any site towards every browser that trusts it.";
    BROWSER_CA_PASSWORD = "browser.ca-password" Error answer
        "The CA's password is to be typed, and is missing or cannot be read by every product.";
    BROWSER_CA_SUBJECT = "browser.ca-subject" Error answer
        "The CA's subject is not a distinguished name.";
    BROWSER_CA_VALIDITY = "browser.ca-validity" Error answer
        "The CA's validity is not a span of time.";
    BROWSER_EC_PKCS12 = "browser.ec-in-pkcs12" Error answer
        "Kibana reads only RSA from PKCS#12: with an EC key it stops with `Did not find private key in keystore at [keystore.path]`.";
    BROWSER_NAME = "browser.name" Error answer
        "A name by which browsers reach Kibana is neither a DNS name nor an address.";
    BROWSER_NO_HTTP_CA = "browser.no-http-ca" Error answer
        "The HTTP certificates are signed by an outside CA, whose key is not here.";
    BROWSER_OUTLIVES_CA = "browser.outlives-ca" Advice answer
        "A certificate cannot outlive its CA, so it ends with it.";
    BROWSER_PASSWORD = "browser.password" Error answer
        "The password of Kibana's key is to be typed, and is missing or cannot be read by every product.";
    BROWSER_PLAIN = "browser.plain" Advice answer
        "Without TLS passwords and sessions cross the network in clear; a browser that is sent there by https says `SSL_ERROR_RX_RECORD_TOO_LONG`.";
    BROWSER_PORT = "browser.port" Error answer
        "A port is a number from 1 to 65535, and http needs another one than https.";
    BROWSER_PUBLIC_URL_HTTP = "browser.public-url-http" Error answer
        "Kibana answers https only, and would send people to an http address that nobody answers.";
    BROWSER_SIGNED_UNFIT = "browser.signed-unfit" Error file
        "What came back from the CA is not a certificate for this request: browsers would say `NET::ERR_CERT_COMMON_NAME_INVALID` or Kibana would not start.";
    BROWSER_SUBJECT = "browser.subject" Error answer
        "The subject is not a distinguished name.";
    BROWSER_TOO_LONG = "browser.too-long" Error answer
        "Apple's systems refuse a server certificate of more than 825 days, even of a CA that the user trusts: `NET::ERR_CERT_VALIDITY_TOO_LONG`.";
    BROWSER_VALIDITY = "browser.validity" Error answer
        "The validity of the certificates is not a span of time.";

    MTLS_ALWAYS_PRESENT = "mtls.always-present" Advice answer
        "Kibana then shows its certificate with people's requests too; one that reached Elasticsearch without their login would run as Kibana itself.";
    MTLS_BLANK = "mtls.blank-password" Advice answer
        "Whoever copies the file has the client's key: with a blank password only file permissions protect it.";
    MTLS_CA_BLANK = "mtls.ca-blank-password" Advice answer
        "Whoever copies the CA can make a certificate of any client.";
    MTLS_CA_PASSWORD = "mtls.ca-password" Error answer
        "The CA's password is to be typed, and is missing or cannot be read by every product.";
    MTLS_CA_SUBJECT = "mtls.ca-subject" Error answer
        "The CA's subject is not a distinguished name.";
    MTLS_CA_VALIDITY = "mtls.ca-validity" Error answer
        "The CA's validity is not a span of time.";
    MTLS_CLIENT_NAME = "mtls.client-name" Error answer
        "The name of another client becomes a file name and the CN of its certificate.";
    MTLS_EC_PKCS12 = "mtls.ec-in-pkcs12" Error answer
        "Kibana reads only RSA from PKCS#12: with an EC key it stops with `Did not find key in Elasticsearch keystore`.";
    MTLS_LOCKS_OUT = "mtls.locks-out" Advice answer
        "A client without a certificate fails with `certificate required` (`sslv3 alert bad certificate` in older ones): Logstash, agents, health probes, scripts.";
    MTLS_NO_HTTP_CA = "mtls.no-http-ca" Error answer
        "The HTTP certificates are signed by an outside CA, whose key is not here.";
    MTLS_ORDER = "mtls.order" Error answer
        "Realms are asked in their order, and two of one order keep a node from starting.";
    MTLS_OUTLIVES_CA = "mtls.outlives-ca" Advice answer
        "A certificate cannot outlive its CA, so it ends with it.";
    MTLS_PASSWORD = "mtls.password" Error answer
        "The password of the client's key is to be typed, and is missing or cannot be read by every product.";
    MTLS_REALM = "mtls.realm" Error answer
        "A realm's name is part of its settings' names: letters, digits, '-' and '_', and not the other realm's.";
    MTLS_SUBJECT = "mtls.subject" Error answer
        "The subject is not a distinguished name that a role mapping can name exactly; where it does not match, Kibana is known and has no role: `is unauthorized for user [kibana-client] with effective roles []`.";
    MTLS_TRIAL_ENDS = "mtls.trial-ends" Advice answer
        "After 30 days the realm is switched off (`were skipped because they are not permitted on the current license`), and Kibana is locked out.";
    MTLS_VALIDITY = "mtls.validity" Error answer
        "The validity of the certificates is not a span of time.";

    ACCOUNT_MISSING = "beats.account-missing" Error answer
        "A login whose user or role nobody makes ends with `failed to authenticate user` or `is unauthorized for user`.";
    BEATS_INDEX = "beats.index" Error answer
        "An index name has small letters, digits, '-', '_' and '.', and begins with a letter or digit.";
    BEATS_KIBANA_URL = "beats.kibana-url" Error answer
        "The URL under which Metricbeat finds Kibana is scheme, host, port and path.";
    BEATS_KIBANA_PLAIN = "beats.kibana-plain" Advice answer
        "Without TLS the password of metricbeat_setup crosses the network in clear: on the way to Kibana, or to what ends TLS before it.";
    BEATS_KIBANA_URL_NOT_COVERED = "beats.kibana-url-not-covered" Error answer
        "Metricbeat compares the URL's host with Kibana's certificate and says `certificate is valid for …, not …`.";
    BEATS_KIBANA_URL_PORT = "beats.kibana-url-port" Error answer
        "Kibana answers on the port of the Browser step; at another one Metricbeat's setup says `connect: connection refused`.";
    BEATS_KIBANA_URL_SCHEME = "beats.kibana-url-scheme" Error answer
        "One side speaks http and the other https: Metricbeat's setup says `http: server gave HTTP response to HTTPS client`, or `EOF`.";
    BEATS_NODE_ABSENT = "beats.node-absent" Error answer
        "In node scope a Metricbeat watches the Elasticsearch of its own host, and there is none.";
    BEATS_NODE_UNWATCHED = "beats.node-unwatched" Advice answer
        "In node scope only nodes with a Metricbeat of their own are watched.";
    BEATS_PKI = "beats.needs-realm" Error answer
        "Without a PKI realm a certificate proves who comes but gives no rights: `missing authentication credentials`.";
    BEATS_SPACE = "beats.space" Error answer
        "The id of a Kibana space has small letters, digits, '-' and '_'.";
    BEATS_URL_NOT_COVERED = "beats.url-not-covered" Error answer
        "Metricbeat compares names by Go's rules and says `certificate is valid for …, not …` or `doesn't contain any IP SANs`.";

    CA_NAME_TWICE = "overview.ca-name-twice" Error answer
        "Clients take two CAs of one name for each other: `is not configured to trust that issuer`, or `unable to find valid certification path`.";

    CLASH = "plan.clash" Error fault
        "Two steps set one setting differently.";
    CLIENT_UNTRUSTED = "plan.client-untrusted" Error fault
        "A client would show a certificate that the server does not take.";
    DANGLING_IDENTITY = "plan.dangling-identity" Error fault
        "Something refers to a certificate that nobody issues.";
    DANGLING_SECRET = "plan.dangling-secret" Error fault
        "Something refers to a secret that nobody draws.";
    EXCLUSIVE = "plan.exclusive" Error fault
        "Two settings of which the product takes one: Elasticsearch says `cannot specify both`, Kibana `serviceAccountToken cannot be specified when \"username\" is also set`.";
    NO_CLIENT_CERTIFICATE = "plan.no-client-certificate" Error fault
        "A client without a certificate would meet a server that demands one.";
    NOT_A_SERVER = "plan.not-a-server" Error fault
        "A client would meet a certificate that may not serve.";
    PATH_TWICE = "plan.path-twice" Error fault
        "Two files of one path with different content.";
    SECRET_LOST = "plan.secret-lost" Error fault
        "A secret is drawn that stands in no file, so that no later run could know it.";
    UNTRUSTED = "plan.untrusted" Error fault
        "A client would meet a certificate that its CA file does not sign: `self-signed certificate in certificate chain`, `certificate signed by unknown authority`.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_explained() {
        for (index, code) in CODES.iter().enumerate() {
            assert!(CODES[..index].iter().all(|other| other.name != code.name), "{}", code.name);
            assert!(code.meaning.ends_with('.'), "{}", code.name);
        }
    }
}
