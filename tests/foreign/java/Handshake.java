import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

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

    static String run(SSLContext client, SSLContext server, String host, String protocol, boolean identify, String clientAuth) throws Exception {
        return run(client, server, host, protocol, identify, clientAuth, null);
    }

    /**
     * Null when both ends heard each other, else who refused and why. With {@code shown} the server must
     * have seen that certificate: a polite client shows none when the server does not name its CA.
     */
    static String run(SSLContext client, SSLContext server, String host, String protocol, boolean identify, String clientAuth, X509Certificate shown) throws Exception {
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
                if (one.heard.position() > 0 && other.heard.position() > 0) return sees(answering, shown);
                if (!moved) return "the handshake stopped half-way";
            }
            return "the handshake has no end";
        } catch (SSLException refused) {
            Throwable cause = refused;
            while (cause.getCause() != null) cause = cause.getCause();
            return side + " refused: " + refused.getMessage() + (cause == refused ? "" : " (" + cause.getMessage() + ")");
        }
    }

    private static String sees(SSLEngine server, X509Certificate shown) {
        if (shown == null) return null;
        try {
            return server.getSession().getPeerCertificates()[0].equals(shown) ? null : "the server saw another certificate";
        } catch (SSLPeerUnverifiedException nobody) {
            return "the server saw no certificate";
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
