import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Secure settings: one file a setting, or else the product's own keystore, with the password that lies beside its config folder. */
class Secrets {
    private static final String CODEC = "elasticsearch.keystore";
    /** Stores of one run share their salt, and making a key takes a while. */
    private static final Map<String, byte[]> KEYS = new ConcurrentHashMap<>();
    private final Path folder;
    private final Map<String, String> sealed;

    private Secrets(Path folder, Map<String, String> sealed) {
        this.folder = folder;
        this.sealed = sealed;
    }

    static Secrets ofElasticsearch(Path product) throws Exception {
        Path file = product.resolve("config/elasticsearch.keystore");
        return new Secrets(product.resolve("secure-settings"), Files.exists(file) ? openElasticsearch(Files.readAllBytes(file), product.resolve("keystore.password")) : Map.of());
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

    private static Map<String, String> openElasticsearch(byte[] file, Path passwordFile) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(file);
        Judge.require(in.getInt() == 0x3fd76c17, "elasticsearch.keystore lacks Lucene's magic number");
        byte[] codec = new byte[in.get()];
        in.get(codec);
        Judge.require(CODEC.equals(new String(codec, StandardCharsets.US_ASCII)), "elasticsearch.keystore is another kind of file");
        int version = in.getInt();
        Judge.require(version >= 4 && version <= 7, "elasticsearch.keystore version " + version);
        boolean locked = in.get() == 1;
        Judge.require(locked == Files.exists(passwordFile), "elasticsearch.keystore wants a password where none lies, or has none where one lies");
        String password = locked ? Files.readString(passwordFile) : "";
        // Lengths turned little-endian with version 5, everything around them did not.
        in.order(version >= 5 ? java.nio.ByteOrder.LITTLE_ENDIAN : java.nio.ByteOrder.BIG_ENDIAN);
        in.getInt();
        byte[] salt = block(in);
        byte[] iv = block(in);
        byte[] text = block(in);
        int rounds = version >= 6 ? 210_000 : 10_000;
        byte[] plain = decrypt(text, iv, salt, password, rounds, version >= 7 ? 256 : 128, salt);
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
        String json = new String(decrypt(joined, iv, salt, "", 10_000, 256, null), StandardCharsets.UTF_8);
        Map<String, String> found = new LinkedHashMap<>();
        Matcher pair = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        while (pair.find()) found.put(pair.group(1), pair.group(2).replaceAll("\\\\(.)", "$1"));
        return found;
    }

    private static byte[] decrypt(byte[] text, byte[] iv, byte[] salt, String password, int rounds, int bits, byte[] associated) throws GeneralSecurityException {
        String name = Base64.getEncoder().encodeToString(salt) + " " + rounds + " " + bits + " " + password;
        byte[] key = KEYS.get(name);
        if (key == null) {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, bits);
            key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
            KEYS.put(name, key);
        }
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
