import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Reads what stackseal wrote with the JDK calls that Elasticsearch makes, then lets the nodes shake
 * hands with each other, with Kibana's CA and with a stranger. Needs a JDK 17 or newer, nothing else.
 *
 * <p>Usage: {@code java -cp CLASSES Judge OUT [OUT ...]}. File names are never guessed: they come from
 * elasticsearch.yml and kibana.yml, passwords from the host's secure settings.
 */
public class Judge {
    /** Certificates may carry hundreds of names; the first ones say enough about the rest. */
    private static final int NAMES_TRIED = 12;

    private final Report report;
    private final Path out;
    private final Stranger stranger;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Kibana> kibanas = new ArrayList<>();

    private Judge(Report report, Path out, Stranger stranger) {
        this.report = report;
        this.out = out;
        this.stranger = stranger;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("usage: java -cp CLASSES Judge OUT [OUT ...]");
            System.exit(2);
        }
        Report report = new Report();
        Stranger stranger = Stranger.make();
        for (String arg : args) {
            System.out.println("out " + arg);
            new Judge(report, Path.of(arg), stranger).run();
        }
        System.out.printf("judge java: %d passed, %d failed%n", report.passed, report.failed);
        System.exit(report.failed == 0 ? 0 : 1);
    }

    private void run() {
        report.check("hosts folder is readable", () -> {
            for (Path host : folders(out.resolve("hosts"))) {
                if (Files.exists(host.resolve("elasticsearch/config/elasticsearch.yml"))) {
                    report.check(name(host) + " elasticsearch.yml is read", () -> nodes.add(new Node(host)));
                }
                if (Files.exists(host.resolve("kibana/config/kibana.yml"))) {
                    report.check(name(host) + " kibana.yml is read", () -> kibanas.add(new Kibana(host)));
                }
            }
            require(!nodes.isEmpty() || !kibanas.isEmpty(), "no host holds an elasticsearch.yml or a kibana.yml");
        });
        for (Node node : nodes) {
            node.transport = load(node, "transport");
            node.http = load(node, "http");
        }
        for (Kibana kibana : kibanas) {
            boolean waits = nodes.stream().anyMatch(node -> node.waits) && kibana.awaitsAuthority();
            if (waits) report.waiting(kibana.name + " kibana: the CA of the nodes' certificates is not there yet");
            report.check(kibana.name + " kibana: CA and client key are read", () -> kibana.load(!waits));
        }
        List<X509Certificate> handedOut = clientFiles();
        for (Node node : nodes) {
            if (node.transport != null) judgeCertificate(node.transport, List.of());
            if (node.http != null) judgeCertificate(node.http, handedOut);
        }
        for (Kibana kibana : kibanas) {
            report.check(kibana.name + " kibana: what browsers meet is read", () -> server(kibana, handedOut));
        }
        Meetings meetings = new Meetings(report, stranger, nodes, kibanas);
        meetings.transportHandshakes();
        meetings.httpHandshakes(handedOut);
        Clients clients = new Clients(report, out, stranger, nodes, handedOut);
        report.check("client certificates are found", () -> clients.load(nodes, kibanas));
        clients.judge();
        new Realms(report, out, nodes, clients.all).judge();
    }

    // ---- one layer of one node -------------------------------------------------------------

    private Layer load(Node node, String kind) {
        Layer layer = new Layer(node, kind);
        if (!layer.enabled()) {
            // Not a fault here: whether a plan may leave a layer plain is stackseal's own question.
            report.note(layer + ": TLS is not enabled");
            return null;
        }
        if (layer.awaitsCertificate(out)) {
            report.waiting(layer + ": " + layer.setting("certificate") + " is not there yet, its request is");
            node.waits = true;
            return null;
        }
        boolean read = report.check(layer + ": key material loads as in Elasticsearch", layer::loadKey);
        boolean trusted = report.check(layer + ": trust material loads as in Elasticsearch", layer::loadTrust);
        return read && trusted ? layer : null;
    }

    private void judgeCertificate(Layer layer, List<X509Certificate> alsoKnown) {
        List<X509Certificate> known = new ArrayList<>(layer.anchors);
        known.addAll(alsoKnown);
        // A node is client and server at once on the transport layer.
        boolean both = layer.kind.equals("transport");
        List<String> purposes = both ? List.of(Certificates.SERVER, Certificates.CLIENT) : List.of(Certificates.SERVER);
        Certificates.judge(report, layer.toString(), layer.chain, known, purposes);
        report.check(layer + ": certificate carries names",
            () -> require(!names(layer.chain[0]).isEmpty(), "no DNS name and no IP address among the SANs"));
    }

    private void server(Kibana kibana, List<X509Certificate> handedOut) throws Exception {
        X509Certificate[] chain = kibana.serverChain();
        if (chain == null) return;
        List<X509Certificate> known = new ArrayList<>(handedOut);
        known.addAll(Arrays.asList(chain));
        X509Certificate top = chain[chain.length - 1];
        if (!selfIssued(top) && issuerOf(top, known) == null && isAskedFor(chain[0])) {
            report.note("kibana " + kibana.name + " server: signed by an outside CA, which is not in the folder");
            return;
        }
        Certificates.judge(report, "kibana " + kibana.name + " server", chain, handedOut, List.of(Certificates.SERVER));
    }

    /** Whether a request carries the certificate's key: its public key stands in both, byte for byte. */
    private boolean isAskedFor(X509Certificate leaf) throws IOException {
        Path requests = out.resolve("requests");
        if (!Files.isDirectory(requests)) return false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(requests, "*.csr")) {
            for (Path file : files) {
                String body = Files.readString(file).replaceAll("-----[^-]*-----", "");
                // One octet a character, so that texts find each other.
                String der = new String(Base64.getMimeDecoder().decode(body), StandardCharsets.ISO_8859_1);
                if (der.contains(new String(leaf.getPublicKey().getEncoded(), StandardCharsets.ISO_8859_1))) return true;
            }
        }
        return false;
    }

    // ---- what lies in the folder -----------------------------------------------------------

    /** Every certificate handed to clients: the CA that a plain HTTP client would be given. */
    private List<X509Certificate> clientFiles() {
        List<X509Certificate> found = new ArrayList<>();
        Path clients = out.resolve("clients");
        if (!Files.isDirectory(clients)) return found;
        report.check("CA files in clients/ are read", () -> {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(clients, "*.{crt,pem}")) {
                for (Path file : files) found.addAll(Pem.certificates(file));
            }
        });
        return found;
    }

    static List<Path> folders(Path parent) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, Files::isDirectory)) {
            all.forEach(found::add);
        }
        Collections.sort(found);
        return found;
    }

    static String name(Path path) {
        return path.getFileName().toString();
    }

    static String withoutPort(String address) {
        if (address.startsWith("[")) return address.substring(1, address.indexOf(']'));
        int colon = address.indexOf(':');
        // More than one colon is a bare IPv6 address.
        return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
    }

    static List<String> first(Collection<String> names) {
        return names.stream().limit(NAMES_TRIED).toList();
    }

    /** DNS names and addresses of a certificate; a wildcard is tried with a word in place of the star. */
    static List<String> names(X509Certificate certificate) {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> sans = certificate.getSubjectAlternativeNames();
            if (sans == null) return found;
            for (List<?> san : sans) {
                int type = (Integer) san.get(0);
                if (type == 2) found.add(((String) san.get(1)).replaceFirst("^\\*", "any"));
                if (type == 7) found.add((String) san.get(1));
            }
            return found;
        } catch (CertificateException broken) {
            return found;
        }
    }

    static boolean selfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** Compares the encoded names: Go and OpenSSL do, and re-encoding a DN is an easy mistake. */
    static X509Certificate issuerOf(X509Certificate certificate, List<X509Certificate> pool) {
        byte[] issuer = certificate.getIssuerX500Principal().getEncoded();
        for (X509Certificate candidate : pool) {
            if (!Arrays.equals(issuer, candidate.getSubjectX500Principal().getEncoded())) continue;
            try {
                certificate.verify(candidate.getPublicKey());
                return candidate;
            } catch (GeneralSecurityException notThisOne) {
                // Two CAs may share a name; only one has the key.
            }
        }
        return null;
    }

    static void require(boolean holds, String why) throws Refused {
        if (!holds) throw new Refused(why);
    }

    static TrustManager[] trustManagers(Collection<X509Certificate> anchors) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (X509Certificate anchor : anchors) store.setCertificateEntry("ca" + count++, anchor);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    static KeyManager[] keyManagers(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        // An empty array, not null: null would bring in the JDK's own lists.
        context.init(keys == null ? new KeyManager[0] : keys, trust, null);
        return context;
    }

    interface Step {
        void run() throws Exception;
    }

    interface Attempt {
        String run() throws Exception;
    }
}
