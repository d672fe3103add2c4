import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * Everybody who shows a client certificate: Kibana, Metricbeat, and whoever has a pair of files in
 * accounts/. Each meets the HTTP layer of nodes that ask for one.
 */
class Clients {
    /** More nodes than this only repeat what these say; certificates are compared with all of them. */
    private static final int NODES_MET = 4;

    private final Report report;
    private final Path out;
    private final Stranger stranger;
    private final List<Layer> asking;
    /** What each node's settings say that clients' certificates are checked by; known even while its own is away. */
    private final Map<String, List<X509Certificate>> taken = new LinkedHashMap<>();
    private final List<X509Certificate> handedOut;
    final List<Client> all = new ArrayList<>();

    Clients(Report report, Path out, Stranger stranger, List<Node> nodes, List<X509Certificate> handedOut) {
        this.report = report;
        this.out = out;
        this.stranger = stranger;
        this.handedOut = handedOut;
        this.asking = nodes.stream().map(n -> n.http).filter(l -> l != null && !l.clientAuth().equals("none")).toList();
    }

    /**
     * Without a context it cannot connect yet: the CA that it would trust is still away. {@code needsRole}
     * says that nothing but the certificate says who it is.
     */
    record Client(String name, X509Certificate[] chain, SSLContext context, boolean isKibana, boolean needsRole) {}

    void load(List<Node> nodes, List<Kibana> kibanas) throws Exception {
        for (Node node : nodes) {
            List<X509Certificate> found = new ArrayList<>();
            for (String path : node.yaml.all("xpack.security.http.ssl.certificate_authorities")) {
                Path file = node.config.resolve(path);
                if (Files.exists(file) || !node.waits) found.addAll(Pem.certificates(file));
            }
            if (!found.isEmpty()) taken.put(node.name, found);
        }
        for (Kibana kibana : kibanas) {
            if (kibana.clientChain == null) continue;
            all.add(new Client("kibana " + kibana.name, kibana.clientChain, kibana.context, true, !kibana.hasLogin()));
        }
        for (Path host : Judge.folders(out.resolve("hosts"))) {
            Path config = host.resolve("metricbeat/config");
            if (Files.exists(config.resolve("metricbeat.yml"))) metricbeat(Judge.name(host), config);
        }
        Path accounts = out.resolve("accounts");
        if (!Files.isDirectory(accounts)) return;
        Set<Path> found = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(accounts, "*.crt")) {
            files.forEach(found::add);
        }
        for (Path file : found) {
            Path key = file.resolveSibling(Judge.name(file).replaceFirst("crt$", "key"));
            add("accounts/" + Judge.name(file), file, key, handedOut, false);
        }
    }

    private void metricbeat(String host, Path config) {
        Set<String> seen = new TreeSet<>();
        report.check("metricbeat " + host + ": its settings are read", () -> {
            Yaml output = Yaml.read(config.resolve("metricbeat.yml"));
            boolean login = output.text("output.elasticsearch.username") != null || output.text("output.elasticsearch.api_key") != null;
            section(host, config, output, "output.elasticsearch.", !login, seen);
            Path modules = config.resolve("modules.d");
            if (!Files.isDirectory(modules)) return;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(modules, "*.yml")) {
                for (Path file : files) section(host, config, Yaml.read(file), "", false, seen);
            }
        });
    }

    private void section(String host, Path config, Yaml yaml, String prefix, boolean needsRole, Set<String> seen) throws Exception {
        String certificate = yaml.text(prefix + "ssl.certificate");
        if (certificate == null || !seen.add(certificate)) return;
        List<X509Certificate> trusted = new ArrayList<>();
        for (String path : yaml.all(prefix + "ssl.certificate_authorities")) {
            Path file = Kibana.here(config, path);
            if (Files.exists(file)) trusted.addAll(Pem.certificates(file));
        }
        String key = yaml.text(prefix + "ssl.key");
        Judge.require(key != null, "ssl.certificate without ssl.key");
        add("metricbeat " + host, Kibana.here(config, certificate), Kibana.here(config, key), trusted.isEmpty() ? handedOut : trusted, needsRole);
    }

    private void add(String name, Path certificate, Path key, List<X509Certificate> trusted, boolean needsRole) {
        report.check(name + ": key and certificate load", () -> {
            X509Certificate[] chain = Pem.certificates(certificate).toArray(new X509Certificate[0]);
            // Neither Metricbeat nor people get a passphrase: their keys are plain.
            PrivateKey secret = Pem.privateKey(key, new char[0]);
            Judge.require(Pem.belongTogether(secret, chain[0]), "key and certificate do not belong together");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", secret, new char[0], chain);
            KeyManager[] keys = Judge.keyManagers(store, new char[0]);
            all.add(new Client(name, chain, Judge.context(keys, Judge.trustManagers(trusted)), false, needsRole));
        });
    }

    void judge() {
        for (Client client : all) {
            List<X509Certificate> known = new ArrayList<>(handedOut);
            taken.values().forEach(known::addAll);
            asking.forEach(layer -> known.addAll(layer.anchors));
            Certificates.judge(report, client.name, client.chain, known, List.of(Certificates.CLIENT));
            taken.forEach((node, anchors) -> report.check(client.name + ": its CA is one that " + node + " takes clients of",
                () -> Judge.require(Judge.issuerOf(client.chain[0], anchors) != null, "certificate_authorities holds " + subjects(anchors))));
            if (client.context == null) continue;
            for (Layer layer : asking.stream().limit(NODES_MET).toList()) accepted(client, layer);
        }
        for (Layer layer : asking) {
            withoutCertificate(layer);
            ownAuthority(layer);
        }
    }

    private void accepted(Client client, Layer layer) {
        String name = Judge.first(Judge.names(layer.chain[0])).stream().findFirst().orElse(layer.node.name);
        for (String protocol : Meetings.PROTOCOLS) {
            report.check("http " + client.name + " -> " + layer.node.name + " " + protocol + " with its certificate", () -> {
                String why = Handshake.run(client.context, layer.context(), name, protocol, true, layer.clientAuth(), client.chain[0]);
                Judge.require(why == null, why);
            });
        }
    }

    /** required turns those away who show nothing, optional lets them in. */
    private void withoutCertificate(Layer layer) {
        boolean required = layer.clientAuth().equals("required");
        String what = layer + ": " + (required ? "refuses" : "lets in") + " a client without a certificate, ";
        for (String protocol : Meetings.PROTOCOLS) {
            report.check(what + protocol, () -> {
                SSLContext bare = Judge.context(null, stranger.trusts(layer.chain));
                String why = Handshake.run(bare, layer.context(), layer.node.name, protocol, false, layer.clientAuth());
                Judge.require((why == null) != required, why == null ? "the handshake succeeded" : why);
            });
        }
    }

    /** Naming CAs for clients replaces the trust that came with the key; what had a certificate before keeps its access. */
    private void ownAuthority(Layer layer) {
        X509Certificate[] chain = layer.chain;
        List<X509Certificate> before = chain.length > 1 ? List.of(chain).subList(1, chain.length) : List.of(chain[0]);
        report.check(layer + ": still trusts what came with its own key",
            () -> Judge.require(layer.anchors.isEmpty() || before.stream().allMatch(each -> layer.anchors.contains(each) || Judge.issuerOf(each, layer.anchors) != null),
                "certificate_authorities holds " + subjects(layer.anchors)));
    }

    private static List<String> subjects(List<X509Certificate> certificates) {
        return certificates.stream().map(each -> each.getSubjectX500Principal().toString()).toList();
    }
}
