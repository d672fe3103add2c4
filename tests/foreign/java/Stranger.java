import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;

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
        return Judge.context(keys, trusts(chain));
    }

    TrustManager[] trusts(X509Certificate[] chain) throws Exception {
        return Judge.trustManagers(Arrays.asList(chain));
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
