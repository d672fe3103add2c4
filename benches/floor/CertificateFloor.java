import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The least that a JVM program must do to give every node of a cluster a certificate: a CA, and for each host a key
 * pair, a certificate with its names and address, and a PKCS#12 store of both with the CA, all in one zip. It asks
 * nothing, checks no answer, and puts its certificates together by hand instead of loading a library for it.
 *
 * <p>{@code CertificateFloor rsa-2048|ec-p256 HOSTS ZIP} reads lines of name, DNS name and address, and prints the
 * nanoseconds from the first line of {@code main} to the finished zip.
 */
public final class CertificateFloor {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] PASSWORD = "not-a-secret-of-anybody".toCharArray();

    private final KeyPairGenerator pairs;
    private final CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    private final String signature;
    private final byte[] algorithm;
    private final byte[] validity;
    private final KeyPair caPair;
    private final byte[] caName = name("Floor CA");
    private final X509Certificate ca;

    private CertificateFloor(String key) throws GeneralSecurityException {
        boolean rsa = key.equals("rsa-2048");
        if (!rsa && !key.equals("ec-p256")) {
            throw new IllegalArgumentException(key + ": rsa-2048 and ec-p256 are known");
        }
        pairs = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
        if (rsa) {
            pairs.initialize(2048, RANDOM);
        } else {
            pairs.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        }
        signature = rsa ? "SHA256withRSA" : "SHA256withECDSA";
        algorithm = rsa
            ? der(0x30, oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), der(0x05))
            : der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
        var now = ZonedDateTime.now(ZoneOffset.UTC);
        validity = der(0x30, time(now), time(now.plusDays(1095)));
        caPair = pairs.generateKeyPair();
        ca = certificate(caName, caPair, null);
    }

    public static void main(String[] args) throws Exception {
        long begun = System.nanoTime();
        var floor = new CertificateFloor(args[0]);
        try (var zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[2])))) {
            floor.store(zip, "ca", floor.caPair.getPrivate(), floor.ca);
            for (String line : Files.readAllLines(Path.of(args[1]))) {
                floor.node(zip, line.split(" "));
            }
        }
        System.out.println(System.nanoTime() - begun);
    }

    private void node(ZipOutputStream zip, String[] host) throws GeneralSecurityException, IOException {
        KeyPair pair = pairs.generateKeyPair();
        byte[] sans = der(0x30,
            der(0x82, host[1].getBytes(StandardCharsets.US_ASCII)),
            der(0x87, InetAddress.getByName(host[2]).getAddress()));
        store(zip, host[0], pair.getPrivate(), certificate(name(host[0]), pair, sans));
    }

    /** The store of a key: with the CA as a trusted entry beside it, unless it is the CA's own. */
    private void store(ZipOutputStream zip, String name, PrivateKey key, X509Certificate certificate)
        throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(name, key, PASSWORD, new Certificate[] { certificate });
        if (certificate != ca) {
            store.setCertificateEntry("ca", ca);
        }
        var bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        zip.putNextEntry(new ZipEntry(name + "/" + name + ".p12"));
        zip.write(bytes.toByteArray());
        zip.closeEntry();
    }

    /** Signed by the CA and verified; a certificate without names is the CA's own. */
    private X509Certificate certificate(byte[] subject, KeyPair pair, byte[] sans) throws GeneralSecurityException {
        byte[] spki = pair.getPublic().getEncoded();
        byte[] constraints = sans == null ? der(0x30, der(0x01, new byte[] { -1 })) : der(0x30);
        byte[] own = sans == null
            // keyCertSign and cRLSign.
            ? extension(0x0f, true, der(0x03, new byte[] { 1, 0x06 }))
            : extension(0x11, false, sans);
        byte[] extensions = der(0x30,
            extension(0x0e, false, der(0x04, keyId(spki))),
            extension(0x23, false, der(0x30, der(0x80, keyId(caPair.getPublic().getEncoded())))),
            extension(0x13, true, constraints),
            own);
        byte[] body = der(0x30,
            der(0xa0, der(0x02, new byte[] { 2 })),
            der(0x02, new BigInteger(159, RANDOM).setBit(158).toByteArray()),
            algorithm, caName, validity, subject, spki,
            der(0xa3, extensions));
        Signature signer = Signature.getInstance(signature);
        signer.initSign(caPair.getPrivate(), RANDOM);
        signer.update(body);
        byte[] whole = der(0x30, body, algorithm, bits(signer.sign()));
        var made = (X509Certificate) certificates.generateCertificate(new ByteArrayInputStream(whole));
        made.verify(caPair.getPublic());
        return made;
    }

    /** SHA-1 of the bits of the public key, as RFC 5280 proposes: what stands behind the algorithm. */
    private static byte[] keyId(byte[] spki) throws GeneralSecurityException {
        int inside = content(spki, 0);
        int behind = content(spki, inside) + length(spki, inside);
        int key = content(spki, behind) + 1;
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(spki, key, spki.length - key);
        return sha1.digest();
    }

    /** Where the content of the element at {@code at} begins. */
    private static int content(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
    }

    private static int length(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        if (length > 0x80) {
            length = new BigInteger(1, der, at + 2, length & 0x7f).intValueExact();
        }
        return length;
    }

    private static byte[] name(String commonName) {
        byte[] value = der(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
        return der(0x30, der(0x31, der(0x30, oid(0x55, 4, 3), value)));
    }

    private static byte[] extension(int of, boolean critical, byte[] value) {
        byte[] flag = critical ? der(0x01, new byte[] { -1 }) : new byte[0];
        return der(0x30, oid(0x55, 0x1d, of), flag, der(0x04, value));
    }

    private static byte[] time(ZonedDateTime at) {
        String text = at.format(DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'"));
        return der(0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bits(byte[] of) {
        return der(0x03, new byte[] { 0 }, of);
    }

    private static byte[] oid(int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        return der(0x06, value);
    }

    /** One element: its tag, the length of all parts, the parts. */
    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int from = size[0] == 0 ? 1 : 0;
            out.write(0x80 | size.length - from);
            out.write(size, from, size.length - from);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
