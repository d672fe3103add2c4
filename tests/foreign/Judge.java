import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Reads what stackseal wrote with the JDK calls that Elasticsearch makes, then lets the nodes shake
 * hands with each other, with Kibana's CA and with a stranger. Needs a JDK 17 or newer, nothing else.
 *
 * <p>Usage: {@code java Judge.java OUT [OUT ...]}. File names are never guessed: they come from
 * elasticsearch.yml and kibana.yml, passwords from the host's secure settings.
 */
public class Judge {
    private static final String[] PROTOCOLS = {"TLSv1.2", "TLSv1.3"};
    /** Certificates may carry hundreds of names; the first ones say enough about the rest. */
    private static final int NAMES_TRIED = 12;
    private static final String FOREIGN_NAME = "not-in-the-sans.invalid";

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
            System.err.println("usage: java Judge.java OUT [OUT ...]");
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
        transportHandshakes();
        httpHandshakes(handedOut);
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

    // ---- handshakes ------------------------------------------------------------------------

    private void transportHandshakes() {
        List<Layer> layers = nodes.stream().map(n -> n.transport).filter(l -> l != null).toList();
        for (int i = 0; i < layers.size(); i++) {
            for (int j = 0; j < layers.size(); j++) {
                boolean next = j == (i + 1) % layers.size();
                if (layers.size() == 1 || i != j && (next || layers.size() <= 3)) nodePair(layers.get(i), layers.get(j));
            }
            strangers(layers.get(i));
        }
        seedHosts(layers);
    }

    private void nodePair(Layer client, Layer server) {
        Set<String> wanted = new LinkedHashSet<>(server.node.published("transport"));
        wanted.addAll(names(server.chain[0]));
        // Without full verification the name is not looked at, so one try is as good as many.
        List<String> tried = client.verifiesNames() ? first(wanted) : List.of(server.node.name);
        for (String protocol : PROTOCOLS) {
            report.check("transport " + client.node.name + " -> " + server.node.name + " " + protocol + " as " + tried, () -> {
                for (String name : tried) {
                    String why = Handshake.run(client.context(), server.context(), name, protocol, client.verifiesNames(), server.clientAuth());
                    require(why == null, "as " + name + ": " + why);
                }
            });
        }
    }

    private void strangers(Layer layer) {
        for (String protocol : PROTOCOLS) {
            // The stranger accepts the node, or its own refusal would pass for the node's.
            refused("server", layer + ": refuses a stranger that connects, " + protocol,
                () -> Handshake.run(stranger.trusting(layer.chain), layer.context(), layer.node.name, protocol, false, layer.clientAuth()));
            refused("client", layer + ": refuses to connect to a stranger, " + protocol,
                () -> Handshake.run(layer.context(), stranger.context(), Stranger.NAME, protocol, layer.verifiesNames(), "none"));
        }
    }

    /** Full verification checks the name that a node dials, and the first it dials are the seed hosts. */
    private void seedHosts(List<Layer> layers) {
        boolean complete = layers.size() == nodes.size();
        for (Layer layer : layers) {
            if (!layer.verifiesNames()) continue;
            for (String seed : layer.node.yaml.all("discovery.seed_hosts")) {
                String host = withoutPort(seed);
                if (!complete && layers.stream().noneMatch(l -> l.answersTo(host))) {
                    report.waiting("seed host " + host + " of " + layer.node.name + ": not every node has its certificate");
                    continue;
                }
                report.check("seed host " + host + " of " + layer.node.name + " is a name in a node's transport certificate",
                    () -> require(layers.stream().anyMatch(l -> l.answersTo(host)), "no node's transport certificate carries it"));
            }
        }
    }

    private void httpHandshakes(List<X509Certificate> handedOut) {
        List<Layer> layers = nodes.stream().map(n -> n.http).filter(l -> l != null).toList();
        for (Layer layer : layers) {
            List<HttpClient> clients = new ArrayList<>();
            for (Kibana kibana : kibanas) {
                if (kibana.context != null) clients.add(new HttpClient("kibana " + kibana.name, kibana.context, kibana.hasKey));
            }
            if (clients.isEmpty()) {
                List<X509Certificate> fitting = handedOut.stream().filter(c -> c.getBasicConstraints() >= 0).toList();
                report.check(layer + ": a CA file for clients is there", () -> {
                    require(!fitting.isEmpty(), "no kibana.yml names a CA and clients/ holds none");
                    clients.add(new HttpClient("client with clients/", context(null, trustManagers(fitting)), false));
                });
            }
            for (HttpClient client : clients) httpClient(layer, client);
            httpStrangers(layer, clients);
        }
        kibanaHosts(layers);
    }

    private void httpClient(Layer layer, HttpClient client) {
        if (layer.clientAuth().equals("required") && !client.hasKey) {
            // mTLS clients other than Kibana bring their own certificate; only Kibana's is at hand.
            report.check(layer + ": " + client.name + " has the client certificate that the node demands",
                () -> require(!client.name.startsWith("kibana"), "kibana.yml names no client certificate"));
            return;
        }
        List<String> tried = first(names(layer.chain[0]));
        for (String protocol : PROTOCOLS) {
            report.check("http " + client.name + " -> " + layer.node.name + " " + protocol + " as " + tried, () -> {
                for (String name : tried) {
                    String why = Handshake.run(client.context, layer.context(), name, protocol, true, layer.clientAuth());
                    require(why == null, "as " + name + ": " + why);
                }
            });
            refused("client", layer + ": " + client.name + " refuses a name that is not in the certificate, " + protocol,
                () -> Handshake.run(client.context, layer.context(), FOREIGN_NAME, protocol, true, layer.clientAuth()));
        }
    }

    private void httpStrangers(Layer layer, List<HttpClient> clients) {
        String name = first(names(layer.chain[0])).stream().findFirst().orElse(layer.node.name);
        for (String protocol : PROTOCOLS) {
            refused("client", layer + ": a client without the CA refuses the node, " + protocol,
                () -> Handshake.run(stranger.context(), layer.context(), name, protocol, true, "none"));
            if (!layer.clientAuth().equals("none")) {
                refused("server", layer + ": refuses a client with a stranger's certificate, " + protocol,
                    () -> Handshake.run(stranger.trusting(layer.chain), layer.context(), name, protocol, true, layer.clientAuth()));
            }
            for (HttpClient client : clients) {
                refused("client", client.name + " refuses a stranger in place of " + layer.node.name + ", " + protocol,
                    () -> Handshake.run(client.context, stranger.context(), Stranger.NAME, protocol, true, "none"));
            }
        }
    }

    private void kibanaHosts(List<Layer> layers) {
        boolean complete = layers.size() == nodes.size();
        for (Kibana kibana : kibanas) {
            for (String host : kibana.hosts()) {
                List<Layer> answering = layers.stream().filter(l -> l.answersTo(host)).toList();
                String what = "kibana " + kibana.name + " finds " + host + " in a node's http certificate";
                if (answering.isEmpty() && !complete) report.waiting(what);
                else report.check(what, () -> require(!answering.isEmpty() || nodes.isEmpty(), "no node's http certificate carries it"));
            }
        }
    }

    private void refused(String side, String what, Attempt attempt) {
        report.check(what, () -> {
            String why = attempt.run();
            require(why != null, "the handshake succeeded");
            require(why.startsWith(side), "refused by the wrong side: " + why);
            // A refusal for want of a common cipher or protocol would prove nothing about trust.
            require(why.matches("(?is).*(certificat|PKIX|trust|subject alternative|name matching).*"), "refused for another reason: " + why);
        });
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

    private static List<String> first(Collection<String> names) {
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

    record HttpClient(String name, SSLContext context, boolean hasKey) {}
}

/** A rule that what was read does not keep. */
class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
        super(why);
    }
}

/** The lines that the test harness reads. */
class Report {
    int passed;
    int failed;

    boolean check(String what, Judge.Step step) {
        try {
            step.run();
            passed++;
            System.out.println("ok " + what);
            return true;
        } catch (Refused refused) {
            fail(what, refused.getMessage());
        } catch (Exception | StackOverflowError thrown) {
            fail(what, thrown.toString());
        }
        return false;
    }

    private void fail(String what, String why) {
        failed++;
        System.out.println("FAIL " + what + ": " + why.replaceAll("\\s+", " "));
    }

    void waiting(String what) {
        System.out.println("waiting " + what);
    }

    void note(String what) {
        System.out.println("note " + what);
    }
}

/** The settings of one Elasticsearch host and where its files lie. */
class Node {
    final String name;
    final Path config;
    final Yaml yaml;
    final Secrets secrets;
    Layer transport;
    Layer http;

    Node(Path host) throws Exception {
        name = host.getFileName().toString();
        config = host.resolve("elasticsearch/config");
        yaml = Yaml.read(config.resolve("elasticsearch.yml"));
        secrets = Secrets.ofElasticsearch(host.resolve("elasticsearch"));
    }

    /** The address under which other nodes reach this one, where the file says it outright. */
    List<String> published(String kind) {
        for (String key : List.of(kind + ".publish_host", kind + ".host", "network.publish_host", "network.host")) {
            List<String> values = yaml.all(key);
            if (values.isEmpty()) continue;
            // _site_, _local_ and the wildcard addresses are known only on the machine itself.
            return values.stream().filter(v -> !v.startsWith("_") && !v.equals("0.0.0.0") && !v.equals("::")).toList();
        }
        return List.of();
    }
}

/** One TLS layer (transport or http) of a node, loaded as Elasticsearch's ssl-config does. */
class Layer {
    final Node node;
    final String kind;
    X509Certificate[] chain;
    List<X509Certificate> anchors = new ArrayList<>();
    private KeyStore keyStore;
    private char[] keyPassword;
    private TrustManager[] trust;
    private SSLContext context;

    Layer(Node node, String kind) {
        this.node = node;
        this.kind = kind;
    }

    String setting(String suffix) {
        return node.yaml.text("xpack.security." + kind + ".ssl." + suffix);
    }

    private char[] secret(String suffix) throws Exception {
        return node.secrets.get("xpack.security." + kind + ".ssl." + suffix);
    }

    boolean enabled() {
        return "true".equals(setting("enabled"));
    }

    String clientAuth() {
        String set = setting("client_authentication");
        return set != null ? set : kind.equals("transport") ? "required" : "none";
    }

    boolean verifiesNames() {
        String mode = setting("verification_mode");
        return mode == null || mode.equals("full");
    }

    /** With a request sent away, the certificate that the configuration names comes later. */
    boolean awaitsCertificate(Path out) {
        String certificate = setting("certificate");
        if (certificate == null || Files.exists(node.config.resolve(certificate))) return false;
        File[] requests = out.resolve("requests").toFile().listFiles((dir, file) -> file.endsWith(".csr"));
        return requests != null && requests.length > 0;
    }

    void loadKey() throws Exception {
        String path = setting("keystore.path");
        if (path != null) {
            Judge.require(setting("certificate") == null && setting("key") == null, "keystore.path and PEM settings together");
            keyPassword = secret("keystore.secure_password");
            keyStore = store(path, keyPassword);
            String alias = null;
            for (String each : Collections.list(keyStore.aliases())) if (keyStore.isKeyEntry(each)) alias = each;
            Judge.require(alias != null, path + " does not contain a private key entry");
            Key key = keyStore.getKey(alias, keyPassword);
            Certificate[] found = keyStore.getCertificateChain(alias);
            Judge.require(key instanceof PrivateKey && found != null && found.length > 0, path + ": the key entry has no certificate");
            chain = Arrays.copyOf(found, found.length, X509Certificate[].class);
            Judge.require(Pem.belongTogether((PrivateKey) key, chain[0]), path + ": key and certificate do not belong together");
            return;
        }
        Judge.require(setting("certificate") != null && setting("key") != null, "neither keystore.path nor certificate and key");
        chain = Pem.certificates(file(setting("certificate"))).toArray(new X509Certificate[0]);
        keyPassword = secret("secure_key_passphrase");
        PrivateKey key = Pem.privateKey(file(setting("key")), keyPassword);
        Judge.require(Pem.belongTogether(key, chain[0]), "key and certificate do not belong together");
        keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, null);
        keyStore.setKeyEntry("key", key, keyPassword, chain);
    }

    void loadTrust() throws Exception {
        List<String> authorities = node.yaml.all("xpack.security." + kind + ".ssl.certificate_authorities");
        String path = setting("truststore.path");
        Judge.require(authorities.isEmpty() || path == null, "truststore.path and certificate_authorities together");
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if ("none".equals(setting("verification_mode"))) {
            trust = new TrustManager[] {new TrustsAnyone()};
        } else if (path != null) {
            KeyStore store = store(path, secret("truststore.secure_password"));
            for (String alias : Collections.list(store.aliases())) {
                // A key entry's chain does not count as trusted, only entries marked as trusted do.
                if (store.isCertificateEntry(alias)) anchors.add((X509Certificate) store.getCertificate(alias));
            }
            Judge.require(!anchors.isEmpty(), "the truststore " + path + " does not contain any trusted certificate entries");
            factory.init(store);
            trust = factory.getTrustManagers();
        } else if (!authorities.isEmpty()) {
            for (String each : authorities) anchors.addAll(Pem.certificates(file(each)));
            trust = Judge.trustManagers(anchors);
        } else {
            // Neither is set: Elasticsearch trusts its own key material (and the JDK's list, left out here).
            Judge.require(keyStore != null, "no trust settings and no key material to fall back on");
            factory.init(keyStore);
            trust = factory.getTrustManagers();
        }
    }

    SSLContext context() throws GeneralSecurityException {
        if (context == null) context = Judge.context(Judge.keyManagers(keyStore, keyPassword), trust);
        return context;
    }

    boolean answersTo(String name) {
        String wanted = Addresses.canonical(name);
        for (String san : Judge.names(chain[0])) {
            if (Addresses.canonical(san).equals(wanted)) return true;
            // "any" stands for the star of a wildcard, see Judge.names.
            if (san.startsWith("any.") && wanted.indexOf('.') > 0 && wanted.substring(wanted.indexOf('.')).equalsIgnoreCase(san.substring(3))) return true;
        }
        return false;
    }

    private KeyStore store(String path, char[] password) throws Exception {
        // The type follows from the name alone in Elasticsearch, unless keystore.type is set.
        Judge.require(path.toLowerCase().matches(".*\\.(p12|pfx|pkcs12)"), path + " would be read as jks");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file(path))) {
            store.load(in, password);
        }
        return store;
    }

    private Path file(String path) throws Refused {
        Path resolved = node.config.resolve(path).normalize();
        Judge.require(resolved.startsWith(node.config.normalize()), path + " is outside the config folder");
        Judge.require(Files.exists(resolved), path + " does not exist");
        return resolved;
    }

    @Override
    public String toString() {
        return node.name + " " + kind;
    }
}

/** What kibana.yml says about Elasticsearch, as far as TLS goes. */
class Kibana {
    final String name;
    final Path config;
    final Yaml yaml;
    final Secrets secrets;
    SSLContext context;
    boolean hasKey;

    Kibana(Path host) throws Exception {
        name = host.getFileName().toString();
        config = host.resolve("kibana/config");
        yaml = Yaml.read(config.resolve("kibana.yml"));
        secrets = Secrets.ofKibana(host.resolve("kibana"));
    }

    void load() throws Exception {
        List<X509Certificate> anchors = new ArrayList<>();
        for (String path : yaml.all("elasticsearch.ssl.certificateAuthorities")) anchors.addAll(Pem.certificates(file(path)));
        String truststore = yaml.text("elasticsearch.ssl.truststore.path");
        if (truststore != null) anchors.addAll(certificates(store(truststore, secrets.get("elasticsearch.ssl.truststore.password"))));
        KeyManager[] keys = clientKey();
        hasKey = keys != null;
        if (anchors.isEmpty()) {
            Judge.require(hosts().isEmpty() || yaml.text("elasticsearch.hosts").contains("http:"), "no CA for https hosts");
            return;
        }
        context = Judge.context(keys, Judge.trustManagers(anchors));
    }

    private KeyManager[] clientKey() throws Exception {
        String keystore = yaml.text("elasticsearch.ssl.keystore.path");
        if (keystore != null) {
            char[] password = secrets.get("elasticsearch.ssl.keystore.password");
            return Judge.keyManagers(store(keystore, password), password);
        }
        String certificate = yaml.text("elasticsearch.ssl.certificate");
        if (certificate == null) return null;
        char[] password = secrets.get("elasticsearch.ssl.keyPassphrase");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        PrivateKey key = Pem.privateKey(file(yaml.text("elasticsearch.ssl.key")), password);
        store.setKeyEntry("key", key, password, Pem.certificates(file(certificate)).toArray(new X509Certificate[0]));
        return Judge.keyManagers(store, password);
    }

    List<String> hosts() {
        List<String> found = new ArrayList<>();
        for (String url : yaml.all("elasticsearch.hosts")) {
            found.add(Judge.withoutPort(url.replaceFirst("^[a-z]+://", "").replaceFirst("/.*$", "")));
        }
        return found;
    }

    /** kibana.yml names the file as it will stand on the target; what follows certs/ is the same here. */
    private Path file(String target) throws Refused {
        String path = target.replace('\\', '/');
        int certs = path.lastIndexOf("/certs/");
        Path here = certs >= 0 ? config.resolve(path.substring(certs + 1)) : config.resolve(path.substring(path.lastIndexOf('/') + 1));
        Judge.require(Files.exists(here), target + " is not in the folder (looked for " + here + ")");
        return here;
    }

    private KeyStore store(String path, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file(path))) {
            store.load(in, password);
        }
        return store;
    }

    private static List<X509Certificate> certificates(KeyStore store) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)) found.add((X509Certificate) store.getCertificate(alias));
        }
        return found;
    }
}

/** PEM files, with the calls that Elasticsearch's PemUtils makes. */
class Pem {
    private static final Pattern BLOCK = Pattern.compile("(?m)^-----BEGIN ([A-Z0-9 ]+)-----\\s*\\R([^-]*)^-----END \\1-----");

    static List<X509Certificate> certificates(Path file) throws Exception {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) found.add((X509Certificate) each);
        }
        Judge.require(!found.isEmpty(), "failed to parse any certificates from " + file.getFileName());
        return found;
    }

    static PrivateKey privateKey(Path file, char[] password) throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        Judge.require(block.find(), file.getFileName() + " holds no PEM block");
        // The strict decoder, over lines joined: stray characters must not pass.
        byte[] der = Base64.getDecoder().decode(block.group(2).replaceAll("\\R", ""));
        switch (block.group(1)) {
            case "PRIVATE KEY":
                return decode(new PKCS8EncodedKeySpec(der));
            case "ENCRYPTED PRIVATE KEY":
                EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
                // PBES2 names its real algorithm only in the printed parameters, e.g. PBEWithHmacSHA256AndAES_256.
                String algorithm = info.getAlgParameters().toString();
                Judge.require(algorithm.startsWith("PBEWithHmac"), "encrypted with " + info.getAlgName() + ", not PBES2");
                Cipher cipher = Cipher.getInstance(algorithm);
                cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)), info.getAlgParameters());
                return decode(info.getKeySpec(cipher));
            default:
                throw new Refused(file.getFileName() + " begins with " + block.group(1) + ", not a PKCS#8 key");
        }
    }

    private static PrivateKey decode(PKCS8EncodedKeySpec spec) throws Exception {
        // Elasticsearch knows RSA, EC and DSA keys; nobody asks for DSA.
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException other) {
                // The next algorithm may know it.
            }
        }
        throw new Refused("neither an RSA nor an EC key");
    }

    static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        var signer = java.security.Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        byte[] text = "stackseal".getBytes(StandardCharsets.US_ASCII);
        signer.initSign(key);
        signer.update(text);
        byte[] signature = signer.sign();
        try {
            signer.initVerify(certificate.getPublicKey());
            signer.update(text);
            return signer.verify(signature);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }
}

/** Secure settings: one file a setting, or else the product's own keystore with an empty password. */
class Secrets {
    private static final String CODEC = "elasticsearch.keystore";
    private final Path folder;
    private final Map<String, String> sealed;

    private Secrets(Path folder, Map<String, String> sealed) {
        this.folder = folder;
        this.sealed = sealed;
    }

    static Secrets ofElasticsearch(Path product) throws Exception {
        Path file = product.resolve("config/elasticsearch.keystore");
        return new Secrets(product.resolve("secure-settings"), Files.exists(file) ? openElasticsearch(Files.readAllBytes(file)) : Map.of());
    }

    static Secrets ofKibana(Path product) throws Exception {
        Path file = product.resolve("config/kibana.keystore");
        return new Secrets(product.resolve("secure-settings"), Files.exists(file) ? openKibana(Files.readString(file)) : Map.of());
    }

    /** What was set, or an empty array: Elasticsearch never passes null, which would mean something else. */
    char[] get(String setting) throws IOException {
        Path file = folder.resolve(setting);
        if (Files.exists(file)) return Files.readString(file).toCharArray();
        return sealed.getOrDefault(setting, "").toCharArray();
    }

    private static Map<String, String> openElasticsearch(byte[] file) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(file);
        Judge.require(in.getInt() == 0x3fd76c17, "elasticsearch.keystore lacks Lucene's magic number");
        byte[] codec = new byte[in.get()];
        in.get(codec);
        Judge.require(CODEC.equals(new String(codec, StandardCharsets.US_ASCII)), "elasticsearch.keystore is another kind of file");
        int version = in.getInt();
        Judge.require(version >= 4 && version <= 7, "elasticsearch.keystore version " + version);
        Judge.require(in.get() == 0, "elasticsearch.keystore asks for a password, which this judge does not have");
        // Lengths turned little-endian with version 5, everything around them did not.
        in.order(version >= 5 ? java.nio.ByteOrder.LITTLE_ENDIAN : java.nio.ByteOrder.BIG_ENDIAN);
        in.getInt();
        byte[] salt = block(in);
        byte[] iv = block(in);
        byte[] text = block(in);
        int rounds = version >= 6 ? 210_000 : 10_000;
        byte[] plain = decrypt(text, iv, salt, rounds, version >= 7 ? 256 : 128, salt);
        ByteBuffer entries = ByteBuffer.wrap(plain);
        Map<String, String> found = new LinkedHashMap<>();
        for (int left = entries.getInt(); left > 0; left--) {
            byte[] name = new byte[entries.getShort()];
            entries.get(name);
            byte[] value = new byte[entries.getInt()];
            entries.get(value);
            found.put(new String(name, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
        }
        return found;
    }

    private static Map<String, String> openKibana(String text) throws Exception {
        byte[] all = Base64.getDecoder().decode(text.substring(text.indexOf(':') + 1));
        byte[] salt = Arrays.copyOfRange(all, 0, 64);
        byte[] iv = Arrays.copyOfRange(all, 64, 76);
        // The tag stands before the text here and Java wants it behind.
        byte[] joined = Arrays.copyOf(Arrays.copyOfRange(all, 92, all.length), all.length - 76);
        System.arraycopy(all, 76, joined, all.length - 92, 16);
        String json = new String(decrypt(joined, iv, salt, 10_000, 256, null), StandardCharsets.UTF_8);
        Map<String, String> found = new LinkedHashMap<>();
        Matcher pair = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        while (pair.find()) found.put(pair.group(1), pair.group(2).replaceAll("\\\\(.)", "$1"));
        return found;
    }

    private static byte[] decrypt(byte[] text, byte[] iv, byte[] salt, int rounds, int bits, byte[] associated) throws GeneralSecurityException {
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(new PBEKeySpec(new char[0], salt, rounds, bits)).getEncoded();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        if (associated != null) cipher.updateAAD(associated);
        return cipher.doFinal(text);
    }

    private static byte[] block(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}

/** The little YAML that stackseal writes: dotted keys, nested keys, scalars, both kinds of list. */
class Yaml {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    static Yaml read(Path file) throws Exception {
        Yaml yaml = new Yaml();
        // Parents of the line at hand, by indentation.
        List<Map.Entry<Integer, String>> parents = new ArrayList<>();
        String last = null;
        int number = 0;
        for (String raw : Files.readAllLines(file)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.equals("---")) continue;
            if (line.startsWith("- ")) {
                Judge.require(last != null, "line " + number + ": a list without a key");
                yaml.values.get(last).add(scalar(line.substring(2)));
                continue;
            }
            int indent = raw.indexOf(line.charAt(0));
            parents.removeIf(parent -> parent.getKey() >= indent);
            Matcher pair = Pattern.compile("(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_.\\-]+):(?:\\s+(.*))?").matcher(line);
            Judge.require(pair.matches(), "line " + number + " is not understood: " + line);
            String prefix = parents.isEmpty() ? "" : parents.get(parents.size() - 1).getValue() + ".";
            last = prefix + scalar(pair.group(1));
            parents.add(Map.entry(indent, last));
            String value = pair.group(2) == null || pair.group(2).startsWith("#") ? "" : pair.group(2);
            Judge.require(yaml.values.put(last, list(value)) == null, "line " + number + ": duplicate key " + last);
        }
        return yaml;
    }

    private static List<String> list(String value) throws Refused {
        List<String> found = new ArrayList<>();
        if (value.startsWith("[")) {
            int end = value.lastIndexOf(']');
            Judge.require(end > 0, "a list must end on its line: " + value);
            Matcher item = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'|[^,\\s][^,]*").matcher(value.substring(1, end));
            while (item.find()) found.add(scalar(item.group()));
        } else if (!value.isEmpty()) {
            found.add(scalar(value));
        }
        return found;
    }

    private static String scalar(String text) {
        String value = text.strip();
        Matcher quoted = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?").matcher(value);
        if (quoted.matches()) return quoted.group(1).replaceAll("\\\\(.)", "$1");
        Matcher single = Pattern.compile("'((?:[^']|'')*)'\\s*(?:#.*)?").matcher(value);
        if (single.matches()) return single.group(1).replace("''", "'");
        return value.replaceFirst("\\s+#.*$", "");
    }

    /** An empty string counts as not set, as in Elasticsearch. */
    String text(String key) {
        List<String> found = values.get(key);
        return found == null || found.isEmpty() || found.get(0).isEmpty() ? null : found.get(0);
    }

    List<String> all(String key) {
        return values.getOrDefault(key, List.of());
    }
}

/** Compares addresses by value: ::1 and 0:0:0:0:0:0:0:1 are one. */
class Addresses {
    static String canonical(String name) {
        if (!name.matches("[0-9.]+") && !name.contains(":")) return name.toLowerCase();
        try {
            // A literal needs no resolver, so nothing leaves the machine.
            return InetAddress.getByName(name).getHostAddress();
        } catch (IOException notAnAddress) {
            return name;
        }
    }
}

/** A TLS handshake between two engines in memory: no sockets, no name lookups, no waiting. */
class Handshake {
    /** Session caches go by host and port; a fresh port keeps a resumed session from skipping the checks. */
    private static int port = 1;

    private final SSLEngine engine;
    private final ByteBuffer in;
    private final ByteBuffer out;
    private final ByteBuffer heard = ByteBuffer.allocate(1 << 18);
    private boolean spoken;

    private Handshake(SSLEngine engine, ByteBuffer in, ByteBuffer out) {
        this.engine = engine;
        this.in = in;
        this.out = out;
    }

    /** Null when both ends heard each other, else who refused and why. */
    static String run(SSLContext client, SSLContext server, String host, String protocol, boolean identify, String clientAuth) throws Exception {
        SSLEngine dialling = client.createSSLEngine(host, port++);
        dialling.setUseClientMode(true);
        SSLEngine answering = server.createSSLEngine();
        answering.setUseClientMode(false);
        for (SSLEngine each : List.of(dialling, answering)) each.setEnabledProtocols(new String[] {protocol});
        SSLParameters asks = answering.getSSLParameters();
        if (clientAuth.equals("required")) asks.setNeedClientAuth(true);
        if (clientAuth.equals("optional")) asks.setWantClientAuth(true);
        answering.setSSLParameters(asks);
        if (identify) {
            SSLParameters wants = dialling.getSSLParameters();
            wants.setEndpointIdentificationAlgorithm("HTTPS");
            dialling.setSSLParameters(wants);
        }
        ByteBuffer there = ByteBuffer.allocate(1 << 18).flip();
        ByteBuffer back = ByteBuffer.allocate(1 << 18).flip();
        Handshake one = new Handshake(dialling, back, there);
        Handshake other = new Handshake(answering, there, back);
        String side = "client";
        try {
            // With TLS 1.3 a client is done before the server has judged it: only a spoken word
            // that came back proves that both agreed. The bound ends any ping-pong.
            for (int turn = 0; turn < 400; turn++) {
                side = "client";
                boolean moved = one.step();
                side = "server";
                moved |= other.step();
                if (one.heard.position() > 0 && other.heard.position() > 0) return null;
                if (!moved) return "the handshake stopped half-way";
            }
            return "the handshake has no end";
        } catch (SSLException refused) {
            Throwable cause = refused;
            while (cause.getCause() != null) cause = cause.getCause();
            return side + " refused: " + refused.getMessage() + (cause == refused ? "" : " (" + cause.getMessage() + ")");
        }
    }

    private boolean step() throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK:
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
                return true;
            case NEED_WRAP:
                wrap(ByteBuffer.allocate(0));
                return true;
            case NEED_UNWRAP:
            case NEED_UNWRAP_AGAIN:
                return unwrap();
            default:
                if (!spoken) {
                    ByteBuffer word = ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII));
                    wrap(word);
                    // The engine may have had something of its own to send first.
                    spoken = !word.hasRemaining();
                    return true;
                }
                return unwrap();
        }
    }

    private void wrap(ByteBuffer text) throws SSLException {
        out.compact();
        SSLEngineResult result = engine.wrap(text, out);
        out.flip();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED && text.hasRemaining()) throw new SSLException("closed before a word was said");
    }

    private boolean unwrap() throws SSLException {
        if (!in.hasRemaining()) return false;
        SSLEngineResult result = engine.unwrap(in, heard);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) throw new SSLException("closed by the peer");
        return result.bytesConsumed() > 0 || result.getStatus() == SSLEngineResult.Status.OK;
    }
}

/** Somebody with a good certificate from a CA that nobody here knows. Made with keytool. */
class Stranger {
    static final String NAME = "stranger.invalid";
    private final KeyManager[] keys;
    private final X509Certificate authority;
    private SSLContext context;

    private Stranger(KeyManager[] keys, X509Certificate authority) {
        this.keys = keys;
        this.authority = authority;
    }

    static Stranger make() throws Exception {
        Path folder = Files.createTempDirectory("stackseal-stranger");
        Path password = folder.resolve("password");
        Path file = folder.resolve("stranger.p12");
        char[] word = "only-for-the-stranger".toCharArray();
        try {
            Files.writeString(password, new String(word));
            keytool(file, password, "-genkeypair", "-alias", "ca", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=Stranger CA", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign,cRLSign");
            Path authority = folder.resolve("ca.crt");
            Path request = folder.resolve("leaf.csr");
            Path leaf = folder.resolve("leaf.crt");
            keytool(file, password, "-genkeypair", "-alias", "leaf", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=" + NAME);
            keytool(file, password, "-exportcert", "-alias", "ca", "-rfc", "-file", authority.toString());
            keytool(file, password, "-certreq", "-alias", "leaf", "-file", request.toString());
            keytool(file, password, "-gencert", "-alias", "ca", "-infile", request.toString(), "-outfile", leaf.toString(), "-ext", "san=dns:" + NAME + ",ip:127.0.0.1");
            keytool(file, password, "-importcert", "-noprompt", "-alias", "leaf", "-file", leaf.toString());
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, word);
            }
            KeyManager[] keys = {new Pushy((X509ExtendedKeyManager) Judge.keyManagers(store, word)[0], "leaf")};
            return new Stranger(keys, (X509Certificate) store.getCertificate("ca"));
        } finally {
            File[] left = folder.toFile().listFiles();
            if (left != null) for (File each : left) each.delete();
            Files.delete(folder);
        }
    }

    /** A stranger who trusts only its own CA. */
    SSLContext context() throws Exception {
        if (context == null) context = Judge.context(keys, Judge.trustManagers(List.of(authority)));
        return context;
    }

    /** A stranger who knows our certificates: then only its own can be the reason for a refusal. */
    SSLContext trusting(X509Certificate[] chain) throws Exception {
        return Judge.context(keys, Judge.trustManagers(Arrays.asList(chain)));
    }

    private static void keytool(Path file, Path password, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(args));
        command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass:file", password.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) throw new IOException("keytool: " + said);
    }

    /** Shows its certificate whatever issuers the server asks for; a polite client would show none. */
    private static final class Pushy extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager inner;
        private final String alias;

        Pushy(X509ExtendedKeyManager inner, String wanted) {
            this.inner = inner;
            this.alias = Arrays.stream(inner.getServerAliases("RSA", null)).filter(a -> a.endsWith(wanted)).findFirst().orElseThrow();
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return alias;
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return alias;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, java.net.Socket socket) {
            return alias;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, java.net.Socket socket) {
            return alias;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public X509Certificate[] getCertificateChain(String name) {
            return inner.getCertificateChain(name);
        }

        @Override
        public PrivateKey getPrivateKey(String name) {
            return inner.getPrivateKey(name);
        }
    }
}

/** What verification_mode none comes to. */
class TrustsAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
