import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.X509ExtendedTrustManager;

/** The PKI realms of the nodes, and the mappings that give their users roles. */
class Realms {
    private static final String REALMS = "xpack.security.authc.realms.";
    /** Elasticsearch's own default: the user is what the CN says. */
    private static final Pattern USER = Pattern.compile("CN=(.*?)(?:,|$)", Pattern.CASE_INSENSITIVE);

    private final Report report;
    private final Path out;
    private final List<Node> nodes;
    private final List<Clients.Client> clients;
    private final Set<String> names = new TreeSet<>();

    Realms(Report report, Path out, List<Node> nodes, List<Clients.Client> clients) {
        this.report = report;
        this.out = out;
        this.nodes = nodes;
        this.clients = clients;
    }

    void judge() {
        for (Node node : nodes) {
            Set<String> pki = realms(node, "pki");
            names.addAll(pki);
            if (!realms(node, "").isEmpty()) report.check(node.name + ": every realm has an order of its own", () -> orders(node));
            for (String realm : pki) report.check(node.name + ": PKI realm " + realm + " takes the clients' certificates", () -> realm(node, realm));
            Path file = node.config.resolve("role_mapping.yml");
            if (Files.exists(file)) {
                report.check(node.name + ": role_mapping.yml names the clients as Java prints them", () -> mapped(Yaml.read(file).everything()));
            }
        }
        if (names.isEmpty()) return;
        report.check("security-api: role mappings name the clients as Java prints them", () -> {
            Map<String, List<String>> found = new HashMap<>();
            Path folder = out.resolve("security-api");
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "role-mapping-*.json")) {
                    for (Path file : files) body(Json.read(file), found);
                }
            }
            Judge.require(!found.isEmpty(), "there is a PKI realm, and no mapping");
            mapped(found);
        });
    }

    /** Names of realms of one type; all of them for the empty type. */
    private static Set<String> realms(Node node, String type) {
        Set<String> found = new TreeSet<>();
        for (String key : node.yaml.everything().keySet()) {
            if (!key.startsWith(REALMS)) continue;
            String[] parts = key.substring(REALMS.length()).split("\\.");
            if (type.isEmpty()) found.add(parts[0] + "." + parts[1]);
            else if (parts[0].equals(type)) found.add(parts[1]);
        }
        return found;
    }

    private static void orders(Node node) throws Refused {
        Map<String, String> seen = new HashMap<>();
        for (String realm : realms(node, "")) {
            String order = node.yaml.text(REALMS + realm + ".order");
            Judge.require(order != null, realm + " has no order");
            String other = seen.put(order, realm);
            Judge.require(other == null, realm + " and " + other + " have the order " + order);
        }
    }

    private void realm(Node node, String name) throws Exception {
        String prefix = REALMS + "pki." + name + ".";
        // Elasticsearch does not notice: without a request for certificates the realm never sees one.
        Judge.require(node.http == null || !node.http.clientAuth().equals("none"), "http.ssl.client_authentication is none, so nobody is asked for a certificate");
        Judge.require(node.http == null || !"none".equals(node.http.setting("verification_mode")), "http.ssl.verification_mode is none, so any certificate passes");
        List<X509Certificate> anchors = new ArrayList<>();
        for (String path : node.yaml.all(prefix + "certificate_authorities")) anchors.addAll(Pem.certificates(node.config.resolve(path)));
        Judge.require(!anchors.isEmpty(), "names no certificate_authorities");
        X509ExtendedTrustManager trust = (X509ExtendedTrustManager) Judge.trustManagers(anchors)[0];
        for (Clients.Client client : clients) {
            X509Certificate leaf = client.chain()[0];
            trust.checkClientTrusted(client.chain(), leaf.getPublicKey().getAlgorithm());
            Matcher user = USER.matcher(leaf.getSubjectX500Principal().toString());
            Judge.require(user.find() && !user.group(1).isBlank(), client.name() + ": no user name in " + leaf.getSubjectX500Principal());
        }
    }

    private void body(Object json, Map<String, List<String>> found) throws Refused {
        List<String> realms = Json.all(json, "realm.name");
        Judge.require(realms.size() == 1 && names.contains(realms.get(0)), "bound to the realm " + realms + ", the nodes have " + names);
        List<String> subjects = Json.all(json, "dn");
        for (String subject : subjects) {
            // Both would match other subjects too.
            Judge.require(!subject.contains("*") && !subject.startsWith("/"), subject + " is a pattern");
        }
        for (String role : Json.all(json, "roles")) found.computeIfAbsent(role, any -> new ArrayList<>()).addAll(subjects);
    }

    /** Each client that has nothing else to log in by has a role, Kibana its own; and nobody else has any. */
    private void mapped(Map<String, List<String>> roles) throws Exception {
        Set<LdapName> named = new HashSet<>();
        for (List<String> subjects : roles.values()) for (String subject : subjects) named.add(new LdapName(subject));
        Set<LdapName> there = new HashSet<>();
        for (Clients.Client client : clients) there.addAll(printed(client));
        for (LdapName each : named) Judge.require(there.contains(each), each + " is the subject of no client certificate here");
        for (Clients.Client client : clients) {
            if (!client.isKibana() && !client.needsRole()) continue;
            List<LdapName> subject = printed(client);
            List<String> holders = client.isKibana() ? roles.getOrDefault("kibana_system", List.of()) : roles.values().stream().flatMap(List::stream).toList();
            Set<LdapName> held = new HashSet<>();
            for (String holder : holders) held.add(new LdapName(holder));
            Judge.require(held.contains(subject.get(0)), client.name() + " has no role: " + subject.get(0) + " is not among " + holders);
        }
    }

    /** As the PKI realm prints it, and as RFC 2253 has it: they differ for attributes that the RFC does not name. */
    private static List<LdapName> printed(Clients.Client client) throws InvalidNameException {
        var subject = client.chain()[0].getSubjectX500Principal();
        return List.of(new LdapName(subject.toString()), new LdapName(subject.getName("RFC2253")));
    }
}
