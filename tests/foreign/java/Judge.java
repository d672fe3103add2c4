import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
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
            report.check(kibana.name + " kibana: CA and client key are read", kibana::load);
        }
        List<X509Certificate> handedOut = clientFiles();
        for (Node node : nodes) {
            if (node.transport != null) judgeCertificate(node.transport, List.of());
            if (node.http != null) judgeCertificate(node.http, handedOut);
        }
        Meetings meetings = new Meetings(report, stranger, nodes, kibanas);
        meetings.transportHandshakes();
        meetings.httpHandshakes(handedOut);
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
            return null;
        }
        boolean read = report.check(layer + ": key material loads as in Elasticsearch", layer::loadKey);
        boolean trusted = report.check(layer + ": trust material loads as in Elasticsearch", layer::loadTrust);
        return read && trusted ? layer : null;
    }

    private void judgeCertificate(Layer layer, List<X509Certificate> alsoKnown) {
        X509Certificate leaf = layer.chain[0];
        List<X509Certificate> pool = new ArrayList<>(Arrays.asList(layer.chain));
        pool.addAll(layer.anchors);
        pool.addAll(alsoKnown);
        pool.removeIf(leaf::equals);
        report.check(layer + ": the leaf's issuer is a CA at hand, name by name and by signature", () -> {
            X509Certificate below = leaf;
            // Eight steps end any chain that loops.
            for (int step = 0; step < 8 && !selfIssued(below); step++) {
                X509Certificate issuer = issuerOf(below, pool);
                require(issuer != null, "nobody at hand issued " + below.getSubjectX500Principal()
                    + "; its issuer is " + below.getIssuerX500Principal());
                requireAuthority(issuer);
                require(!below.getNotBefore().before(issuer.getNotBefore()) && !below.getNotAfter().after(issuer.getNotAfter()),
                    "valid outside its CA's time: " + below.getNotBefore() + " to " + below.getNotAfter()
                        + ", CA " + issuer.getNotBefore() + " to " + issuer.getNotAfter());
                below = issuer;
            }
        });
        report.check(layer + ": leaf is valid now, no CA, and its serial fits in 20 octets", () -> {
            leaf.checkValidity();
            require(leaf.getBasicConstraints() < 0, "a leaf must not be a CA");
            require(leaf.getSerialNumber().signum() > 0, "serial is not positive");
            require(leaf.getSerialNumber().toByteArray().length <= 20, "serial is longer than 20 octets");
        });
        report.check(layer + ": key usage and extended key usage fit", () -> {
            boolean[] usage = leaf.getKeyUsage();
            require(usage == null || usage[0], "keyUsage lacks digitalSignature");
            require(usage == null || !"RSA".equals(leaf.getPublicKey().getAlgorithm()) || usage[2], "keyUsage of an RSA key lacks keyEncipherment");
            List<String> extended = leaf.getExtendedKeyUsage();
            boolean server = extended == null || extended.contains("1.3.6.1.5.5.7.3.1");
            boolean client = extended == null || extended.contains("1.3.6.1.5.5.7.3.2");
            require(server, "extendedKeyUsage lacks serverAuth: " + extended);
            // A node is client and server at once on the transport layer.
            require(client || !layer.kind.equals("transport"), "extendedKeyUsage lacks clientAuth: " + extended);
        });
        report.check(layer + ": certificate carries names", () -> require(!names(leaf).isEmpty(), "no DNS name and no IP address among the SANs"));
    }

    private static void requireAuthority(X509Certificate ca) throws Refused {
        require(ca.getBasicConstraints() >= 0, "CA without basicConstraints CA=true: " + ca.getSubjectX500Principal());
        boolean[] usage = ca.getKeyUsage();
        require(usage != null && usage[5], "CA keyUsage lacks keyCertSign: " + ca.getSubjectX500Principal());
        require(ca.getSerialNumber().signum() > 0 && ca.getSerialNumber().toByteArray().length <= 20, "CA serial is not positive or longer than 20 octets");
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

    private static List<Path> folders(Path parent) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, Files::isDirectory)) {
            all.forEach(found::add);
        }
        Collections.sort(found);
        return found;
    }

    private static String name(Path path) {
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

    private static boolean selfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** Compares the encoded names: Go and OpenSSL do, and re-encoding a DN is an easy mistake. */
    private static X509Certificate issuerOf(X509Certificate certificate, List<X509Certificate> pool) {
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
