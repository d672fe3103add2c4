import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

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
