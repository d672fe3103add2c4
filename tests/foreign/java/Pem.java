import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

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
