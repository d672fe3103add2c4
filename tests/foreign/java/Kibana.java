import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** What kibana.yml says about Elasticsearch, as far as TLS goes. */
class Kibana {
    final String name;
    final Path config;
    final Yaml yaml;
    final Secrets secrets;
    SSLContext context;
    boolean hasKey;
    /** What it shows to Elasticsearch; null where it shows nothing. */
    X509Certificate[] clientChain;

    Kibana(Path host) throws Exception {
        name = host.getFileName().toString();
        config = host.resolve("kibana/config");
        yaml = Yaml.read(config.resolve("kibana.yml"));
        secrets = Secrets.ofKibana(host.resolve("kibana"));
    }

    void load(boolean withAuthority) throws Exception {
        KeyManager[] keys = clientKey();
        hasKey = keys != null;
        if (!withAuthority) return;
        List<X509Certificate> anchors = new ArrayList<>();
        for (String path : yaml.all("elasticsearch.ssl.certificateAuthorities")) anchors.addAll(Pem.certificates(file(path)));
        String truststore = yaml.text("elasticsearch.ssl.truststore.path");
        if (truststore != null) anchors.addAll(certificates(store(truststore, secrets.get("elasticsearch.ssl.truststore.password"))));
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
            KeyStore store = store(keystore, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) clientChain = chain(store.getCertificateChain(alias));
            }
            return Judge.keyManagers(store, password);
        }
        String certificate = yaml.text("elasticsearch.ssl.certificate");
        if (certificate == null) return null;
        char[] password = secrets.get("elasticsearch.ssl.keyPassphrase");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        PrivateKey key = Pem.privateKey(file(yaml.text("elasticsearch.ssl.key")), password);
        clientChain = Pem.certificates(file(certificate)).toArray(new X509Certificate[0]);
        store.setKeyEntry("key", key, password, clientChain);
        return Judge.keyManagers(store, password);
    }

    List<String> hosts() {
        List<String> found = new ArrayList<>();
        for (String url : yaml.all("elasticsearch.hosts")) {
            found.add(Judge.withoutPort(url.replaceFirst("^[a-z]+://", "").replaceFirst("/.*$", "")));
        }
        return found;
    }

    /** What it shows to browsers; null where it shows nothing, or nothing yet. */
    X509Certificate[] serverChain() throws Exception {
        String keystore = yaml.text("server.ssl.keystore.path");
        String certificate = yaml.text("server.ssl.certificate");
        if (keystore == null) {
            boolean there = certificate != null && Files.exists(here(config, certificate));
            return there ? Pem.certificates(file(certificate)).toArray(new X509Certificate[0]) : null;
        }
        KeyStore store = store(keystore, secrets.get("server.ssl.keystore.password"));
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) return chain(store.getCertificateChain(alias));
        }
        throw new Refused(keystore + " does not contain a private key entry");
    }

    /** Whether it says who it is by more than a certificate. */
    boolean hasLogin() throws IOException {
        for (String setting : List.of("elasticsearch.username", "elasticsearch.serviceAccountToken")) {
            if (yaml.text(setting) != null || secrets.get(setting).length > 0) return true;
        }
        return false;
    }

    /** The CA of somebody else comes with the certificates that it signs. */
    boolean awaitsAuthority() {
        return yaml.all("elasticsearch.ssl.certificateAuthorities").stream().noneMatch(path -> Files.exists(here(config, path)));
    }

    /** Settings name a file as it will stand on the target; what follows certs/ is the same here. */
    static Path here(Path config, String target) {
        String path = target.replace('\\', '/');
        int certs = path.lastIndexOf("/certs/");
        return config.resolve(path.substring(certs >= 0 ? certs + 1 : path.lastIndexOf('/') + 1));
    }

    private static X509Certificate[] chain(Certificate[] found) {
        return Arrays.copyOf(found, found.length, X509Certificate[].class);
    }

    private Path file(String target) throws Refused {
        Path here = here(config, target);
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
