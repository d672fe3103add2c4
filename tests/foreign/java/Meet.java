import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Meets each Kibana that serve.mjs stands up, with JSSE as HttpsURLConnection uses it: the CA that
 * browsers are given, and the name checked by the rules of HTTPS.
 *
 * <p>Usage: {@code java -cp CLASSES Meet <SERVED}, the line of JSON that serve.mjs prints.
 */
public class Meet {
    private static final int PATIENCE = 8000;

    public static void main(String[] args) throws Exception {
        Report report = new Report();
        String out = "";
        Object served = Json.parse(new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip());
        for (Object each : (List<?>) served) {
            Map<?, ?> kibana = (Map<?, ?>) each;
            if (!out.equals(kibana.get("out"))) {
                out = (String) kibana.get("out");
                System.out.println("out " + out);
            }
            if (!kibana.get("ca").equals("")) meet(report, kibana);
        }
        System.out.printf("judge java: %d passed, %d failed%n", report.passed, report.failed);
        System.exit(report.failed == 0 ? 0 : 1);
    }

    private static void meet(Report report, Map<?, ?> kibana) {
        int port = Integer.parseInt((String) kibana.get("port"));
        String title = "browser java -> " + kibana.get("kibana");
        String name = kibana.get("name").equals("") ? "localhost" : (String) kibana.get("name");
        for (String protocol : Meetings.PROTOCOLS) {
            report.check(title + " " + protocol + " as " + name, () -> {
                TrustManager[] trusted = Judge.trustManagers(Pem.certificates(Path.of((String) kibana.get("ca"))));
                X509Certificate leaf = visit(trusted, port, name, protocol);
                for (String other : Judge.first(Judge.names(leaf))) visit(trusted, port, other, protocol);
                refused(trusted, port, "not-in-the-sans.invalid", protocol);
                refused(theirOwn(), port, name, protocol);
            });
        }
    }

    private static void refused(TrustManager[] trusted, int port, String name, String protocol) throws Exception {
        try {
            visit(trusted, port, name, protocol);
        } catch (SSLException refused) {
            Judge.require(refused.toString().matches("(?is).*(certificat|PKIX|trust|subject alternative|name matching).*"), "refused for another reason: " + refused);
            return;
        }
        throw new Refused("the handshake succeeded as " + name);
    }

    /** The CAs that come with the JDK, for somebody who has not imported ours. */
    private static TrustManager[] theirOwn() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    private static X509Certificate visit(TrustManager[] trusted, int port, String name, String protocol) throws Exception {
        SSLContext context = Judge.context(null, trusted);
        // Connected first and wrapped then: no name is looked up.
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true)) {
            socket.setSoTimeout(PATIENCE);
            socket.setEnabledProtocols(new String[] {protocol});
            SSLParameters wants = socket.getSSLParameters();
            wants.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(wants);
            OutputStream to = socket.getOutputStream();
            to.write("GET / HTTP/1.1\r\nHost: kibana\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            to.flush();
            InputStream from = socket.getInputStream();
            String answer = new String(from.readNBytes(12), StandardCharsets.US_ASCII);
            Judge.require(answer.equals("HTTP/1.1 200"), "no page came back: " + answer);
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
