import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a certificate of the folder must keep to, whoever shows it. */
class Certificates {
    static final String SERVER = "1.3.6.1.5.5.7.3.1";
    static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    /** {@code known} are the CAs at hand; {@code purposes} those that it will be used for. */
    static void judge(Report report, String title, X509Certificate[] chain, List<X509Certificate> known, List<String> purposes) {
        X509Certificate leaf = chain[0];
        List<X509Certificate> pool = new ArrayList<>(Arrays.asList(chain));
        pool.addAll(known);
        pool.removeIf(leaf::equals);
        report.check(title + ": the leaf's issuer is a CA at hand, name by name and by signature", () -> requireIssued(leaf, pool));
        report.check(title + ": leaf is valid now, no CA, and its serial fits in 20 octets", () -> {
            leaf.checkValidity();
            Judge.require(leaf.getBasicConstraints() < 0, "a leaf must not be a CA");
            Judge.require(leaf.getSerialNumber().signum() > 0, "serial is not positive");
            Judge.require(leaf.getSerialNumber().toByteArray().length <= 20, "serial is longer than 20 octets");
        });
        report.check(title + ": key usage and extended key usage fit", () -> {
            boolean[] usage = leaf.getKeyUsage();
            Judge.require(usage == null || usage[0], "keyUsage lacks digitalSignature");
            boolean rsaServer = purposes.contains(SERVER) && "RSA".equals(leaf.getPublicKey().getAlgorithm());
            Judge.require(usage == null || !rsaServer || usage[2], "keyUsage of an RSA key lacks keyEncipherment");
            List<String> extended = leaf.getExtendedKeyUsage();
            for (String purpose : purposes) {
                String name = purpose.equals(SERVER) ? "serverAuth" : "clientAuth";
                Judge.require(extended == null || extended.contains(purpose), "extendedKeyUsage lacks " + name + ": " + extended);
            }
        });
    }

    private static void requireIssued(X509Certificate leaf, List<X509Certificate> pool) throws Refused {
        X509Certificate below = leaf;
        // Eight steps end any chain that loops.
        for (int step = 0; step < 8 && !Judge.selfIssued(below); step++) {
            X509Certificate issuer = Judge.issuerOf(below, pool);
            Judge.require(issuer != null, "nobody at hand issued " + below.getSubjectX500Principal()
                + "; its issuer is " + below.getIssuerX500Principal());
            requireAuthority(issuer);
            Judge.require(!below.getNotBefore().before(issuer.getNotBefore()) && !below.getNotAfter().after(issuer.getNotAfter()),
                "valid outside its CA's time: " + below.getNotBefore() + " to " + below.getNotAfter()
                    + ", CA " + issuer.getNotBefore() + " to " + issuer.getNotAfter());
            below = issuer;
        }
    }

    private static void requireAuthority(X509Certificate ca) throws Refused {
        Judge.require(ca.getBasicConstraints() >= 0, "CA without basicConstraints CA=true: " + ca.getSubjectX500Principal());
        boolean[] usage = ca.getKeyUsage();
        Judge.require(usage != null && usage[5], "CA keyUsage lacks keyCertSign: " + ca.getSubjectX500Principal());
        Judge.require(ca.getSerialNumber().signum() > 0 && ca.getSerialNumber().toByteArray().length <= 20, "CA serial is not positive or longer than 20 octets");
    }
}
