//! What goes wrong when people set up TLS by hand, one row each, and how it is dealt with here: an issue that
//! says the product's own words, a test that shows that it cannot come to that, or why it cannot be known
//! from answers.

use std::fs;
use std::path::Path;

use stackseal::plan::CODES;

/// Number | what goes wrong | how it is dealt with:
/// `issue CODE: words of the product` that the code's meaning has, `test FILE::NAME: why` it cannot
/// happen, or `not yet: why`.
const PAINS: &str = r#"
1  | the password of a store is not stored, or not the right one | test impossible::passwords_reach_their_keystores: one secret feeds store and setting, through standard input
2  | passwords left by auto-configuration, and no word on whether TLS is on | test impossible::tls_is_switched_on_with_its_key: it is said for both layers, and leftovers are removed
3  | a password stands in the file and in the keystore | test documents::no_password_stands_in_yaml: it is in the keystore alone
4  | a store for trust has no entry that Java trusts | test forge_readers::java_sees_key_and_trusted_entry: the CA is such an entry
5  | a setting names a file that is not there | test impossible::every_path_leads_to_a_file: it is in the folder of that host
6  | Elasticsearch may not read its own file | test impossible::files_belong_to_their_product: the commands set owner and mode
7  | a file lies outside the config folder | test impossible::every_path_leads_to_a_file: paths are relative and stay inside
8  | the keystore belongs to whoever changed it last | test impossible::files_belong_to_their_product: the last command gives it back
9  | TLS is on and there is no key | test impossible::tls_is_switched_on_with_its_key: it is switched on together with its key
10 | PEM and a store are both named | issue plan.exclusive: cannot specify both
11 | the passphrase of a key is missing | test impossible::passwords_reach_their_keystores: as for stores
12 | a key file begins with something else, or is cut | test forge_readers::openssl_believes_certificates_requests_and_keys_of_every_kind: keys are written whole, and nobody pastes one
13 | a store is written with algorithms that its reader does not know | test forge::a_description_tells_what_is_inside: one form that all known readers take
14 | the type of a store is guessed from the end of its name | test impossible::certificates_have_names_and_chains: every store ends in .p12
15 | security is on and transport TLS forgotten | test impossible::tls_is_switched_on_with_its_key: transport comes first and always
16 | certificates of another CA, perhaps of the same name | issue overview.ca-name-twice: unable to find valid certification path
17 | a certificate for servers only is used between nodes | test impossible::transport_trusts_its_own_ca_and_demands_certificates: node certificates serve and connect
18 | names are checked, and the address is not in the certificate | issue transport.full-needs-ip: No subject alternative names matching IP address
19 | some nodes speak TLS and some do not | test impossible::all_stop_before_one_starts: all stop before one starts
20 | a certificate ends and nobody noticed | not yet: it comes with time; receipt and runbook say when
21 | enrollment tokens need a CA key that is not in the store | test impossible::transport_trusts_its_own_ca_and_demands_certificates: enrollment is switched off
22 | auto-configuration silently did not run | not yet: what a node did before is in its files, not in the answers
23 | one side speaks http and the other https | issue beats.kibana-url-scheme: server gave HTTP response to HTTPS client
24 | the tools of Elasticsearch do not find their address in the certificate | test impossible::https_certificates_have_every_name_of_their_node: every address, localhost too
25 | the log of a node is full of clients that do not trust it | not yet: those clients are not in the session; clients/ has the CA and how to use it
26 | the server sends its certificate without the one above it | test impossible::certificates_have_names_and_chains: what is served is the whole chain
27 | clients without a certificate where one is demanded | issue mtls.locks-out: sslv3 alert bad certificate
28 | strict readers refuse a CA without keyUsage | test forge_readers::an_intermediate_comes_along: OpenSSL's strict check believes it
29 | people may not read the CA that they need | test impossible::certificates_have_names_and_chains: clients/ is for everybody
30 | Kibana trusts another CA than the one that signed | issue plan.untrusted: self-signed certificate in certificate chain
31 | of a file of several CAs only the first is used | test impossible::certificates_have_names_and_chains: one CA a file
32 | Kibana logs in as a person's superuser | test impossible::kibana_logs_in_by_what_elasticsearch_knows: never
33 | Kibana has a token and a user | issue plan.exclusive: serviceAccountToken cannot be specified when "username" is also set
34 | Kibana's password is not the one that Elasticsearch has | test impossible::kibana_logs_in_by_what_elasticsearch_knows: one secret feeds both sides
35 | Kibana may not read its key | test impossible::files_belong_to_their_product: copied, never linked, with owner and mode
36 | Kibana finds no key in its store | issue browser.ec-in-pkcs12: Did not find private key in keystore at [keystore.path]
37 | a certificate has no subject | test impossible::certificates_have_names_and_chains: every one has a CN
38 | a browser is sent by https to a Kibana without it | issue browser.plain: SSL_ERROR_RX_RECORD_TOO_LONG
39 | Kibana shows its old certificate after a renewal | not yet: it comes with time
40 | the module has no CA, though the output has one | test impossible_beats::each_connection_names_its_ca: each block names its own
41 | a fingerprint is named, and the server sends no CA | test impossible_beats::each_connection_names_its_ca: no fingerprints are used
42 | Metricbeat reaches a host by a name that Go does not find in the certificate | issue beats.url-not-covered: doesn't contain any IP SANs
43 | others may write Metricbeat's configuration | test impossible_beats::metricbeats_files_are_pem_and_its_owners_alone: nobody but its owner may
44 | who collects is used to send too | test impossible_beats::output_and_module_log_in_as_two: two accounts
45 | the module has an incomplete list of metricsets | test impossible_beats::the_module_has_no_list_of_metricsets: it has none
46 | a path refers to a variable that is not there yet | test impossible::every_path_leads_to_a_file: paths are literal
47 | a key is in an old form that is refused | test src/forge/pem.rs::older_forms_become_pkcs8: all keys are PKCS#8
48 | one setting stands in a file twice | test documents::configuration_reads_back_as_planned: each stands once, and files are written whole
49 | YAML that is not what it looks like | test documents::configuration_reads_back_as_planned: a reader gives back what was planned
50 | a PKI realm, and nobody asks for certificates | test impossible::a_pki_realm_has_all_that_it_needs: realm, demand, trust and mapping come together
51 | a certificate logs in and has no role | issue mtls.subject: is unauthorized for user [kibana-client] with effective roles []
52 | transport trusts all public CAs, or asks for nothing | test impossible::transport_trusts_its_own_ca_and_demands_certificates: its CA and the demand are written
53 | a new store with another password than the one that is kept | test headless::a_second_run_keeps_authorities_secrets_and_unchanged_leaves: passwords stay with their stores
54 | a name that cannot stand in a certificate | issue overview.host-dns: Contains non-LDH ASCII characters
"#;

#[derive(Clone, Copy)]
enum Dealt<'a> {
    Issue { code: &'a str, says: &'a str },
    Impossible { test: &'a str },
    NotYet,
}

fn dealt(text: &str) -> Dealt<'_> {
    let (how, why) = text.split_once(": ").unwrap_or_else(|| panic!("no reason in {text}"));
    assert!(!why.is_empty(), "{text}");
    match how.split_once(' ') {
        Some(("issue", code)) => Dealt::Issue { code, says: why },
        Some(("test", test)) => Dealt::Impossible { test },
        Some(("not", "yet")) => Dealt::NotYet,
        _ => panic!("{text}"),
    }
}

fn rows() -> Vec<(usize, &'static str, Dealt<'static>)> {
    let read = |line: &'static str| {
        let mut columns = line.splitn(3, " | ");
        let mut column = || columns.next().unwrap_or_else(|| panic!("{line}")).trim();
        (column().parse().unwrap(), column(), dealt(column()))
    };
    PAINS.trim().lines().map(read).collect()
}

#[test]
fn all_known_failures_are_in_the_table() {
    let rows = rows();
    assert_eq!(rows.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), (1..=54).collect::<Vec<_>>());
    let open = rows.iter().filter(|(.., dealt)| matches!(dealt, Dealt::NotYet)).count();
    assert!(open <= 5, "{open} rows are not dealt with yet");
    assert!(rows.iter().all(|(_, what, _)| what.len() > 10));
}

/// Whoever searches the help for what a product said finds the issue.
#[test]
fn issues_say_what_the_product_would() {
    for (number, what, dealt) in rows() {
        let Dealt::Issue { code, says } = dealt else { continue };
        let found = CODES.iter().find(|found| found.name == code);
        let found = found.unwrap_or_else(|| panic!("F{number} {what}: there is no {code}"));
        assert!(found.meaning.contains(says), "F{number}: {says:?} is not in {:?}", found.meaning);
    }
}

#[test]
fn tests_that_show_it_exist() {
    for (number, what, dealt) in rows() {
        let Dealt::Impossible { test } = dealt else { continue };
        let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("F{number} {what}: {test}"));
        let path = if file.contains('/') { file.to_owned() } else { format!("tests/{file}.rs") };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| *line == format!("fn {name}() {{"));
        let at = at.unwrap_or_else(|| panic!("F{number}: {} has no test {name}", path.display()));
        assert_eq!(lines[at - 1], "#[test]", "F{number}: {name} is no test");
    }
}
