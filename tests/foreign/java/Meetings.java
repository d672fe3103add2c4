import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Who meets whom, and who must refuse whom: nodes on the transport layer, clients on the HTTP layer. */
class Meetings {
    static final String[] PROTOCOLS = {"TLSv1.2", "TLSv1.3"};
    private static final String FOREIGN_NAME = "not-in-the-sans.invalid";

    private final Report report;
    private final Stranger stranger;
    private final List<Node> nodes;
    private final List<Kibana> kibanas;

    Meetings(Report report, Stranger stranger, List<Node> nodes, List<Kibana> kibanas) {
        this.report = report;
        this.stranger = stranger;
        this.nodes = nodes;
        this.kibanas = kibanas;
    }

    void transportHandshakes() {
        List<Layer> layers = nodes.stream().map(n -> n.transport).filter(l -> l != null).toList();
        for (int i = 0; i < layers.size(); i++) {
            for (int j = 0; j < layers.size(); j++) {
                boolean next = j == (i + 1) % layers.size();
                if (layers.size() == 1 || i != j && (next || layers.size() <= 3)) nodePair(layers.get(i), layers.get(j));
            }
            strangers(layers.get(i));
        }
        seedHosts(layers);
    }

    private void nodePair(Layer client, Layer server) {
        Set<String> wanted = new LinkedHashSet<>(server.node.published("transport"));
        wanted.addAll(Judge.names(server.chain[0]));
        // Without full verification the name is not looked at, so one try is as good as many.
        List<String> tried = client.verifiesNames() ? Judge.first(wanted) : List.of(server.node.name);
        for (String protocol : PROTOCOLS) {
            report.check("transport " + client.node.name + " -> " + server.node.name + " " + protocol + " as " + tried, () -> {
                for (String name : tried) {
                    String why = Handshake.run(client.context(), server.context(), name, protocol, client.verifiesNames(), server.clientAuth());
                    Judge.require(why == null, "as " + name + ": " + why);
                }
            });
        }
    }

    private void strangers(Layer layer) {
        for (String protocol : PROTOCOLS) {
            // The stranger accepts the node, or its own refusal would pass for the node's.
            refused("server", layer + ": refuses a stranger that connects, " + protocol,
                () -> Handshake.run(stranger.trusting(layer.chain), layer.context(), layer.node.name, protocol, false, layer.clientAuth()));
            refused("client", layer + ": refuses to connect to a stranger, " + protocol,
                () -> Handshake.run(layer.context(), stranger.context(), Stranger.NAME, protocol, layer.verifiesNames(), "none"));
        }
    }

    /** Full verification checks the name that a node dials, and the first it dials are the seed hosts. */
    private void seedHosts(List<Layer> layers) {
        boolean complete = layers.size() == nodes.size();
        for (Layer layer : layers) {
            if (!layer.verifiesNames()) continue;
            for (String seed : layer.node.yaml.all("discovery.seed_hosts")) {
                String host = Judge.withoutPort(seed);
                if (!complete && layers.stream().noneMatch(l -> l.answersTo(host))) {
                    report.waiting("seed host " + host + " of " + layer.node.name + ": not every node has its certificate");
                    continue;
                }
                report.check("seed host " + host + " of " + layer.node.name + " is a name in a node's transport certificate",
                    () -> Judge.require(layers.stream().anyMatch(l -> l.answersTo(host)), "no node's transport certificate carries it"));
            }
        }
    }

    void httpHandshakes(List<X509Certificate> handedOut) {
        List<Layer> layers = nodes.stream().map(n -> n.http).filter(l -> l != null).toList();
        for (Layer layer : layers) {
            List<HttpClient> clients = new ArrayList<>();
            for (Kibana kibana : kibanas) {
                if (kibana.context != null) clients.add(new HttpClient("kibana " + kibana.name, kibana.context, kibana.hasKey));
            }
            if (clients.isEmpty()) {
                List<X509Certificate> fitting = handedOut.stream().filter(c -> c.getBasicConstraints() >= 0).toList();
                report.check(layer + ": a CA file for clients is there", () -> {
                    Judge.require(!fitting.isEmpty(), "no kibana.yml names a CA and clients/ holds none");
                    clients.add(new HttpClient("client with clients/", Judge.context(null, Judge.trustManagers(fitting)), false));
                });
            }
            for (HttpClient client : clients) httpClient(layer, client);
            httpStrangers(layer, clients);
        }
        kibanaHosts(layers);
    }

    private void httpClient(Layer layer, HttpClient client) {
        if (layer.clientAuth().equals("required") && !client.hasKey) {
            // mTLS clients other than Kibana bring their own certificate; only Kibana's is at hand.
            report.check(layer + ": " + client.name + " has the client certificate that the node demands",
                () -> Judge.require(!client.name.startsWith("kibana"), "kibana.yml names no client certificate"));
            return;
        }
        List<String> tried = Judge.first(Judge.names(layer.chain[0]));
        for (String protocol : PROTOCOLS) {
            report.check("http " + client.name + " -> " + layer.node.name + " " + protocol + " as " + tried, () -> {
                for (String name : tried) {
                    String why = Handshake.run(client.context, layer.context(), name, protocol, true, layer.clientAuth());
                    Judge.require(why == null, "as " + name + ": " + why);
                }
            });
            refused("client", layer + ": " + client.name + " refuses a name that is not in the certificate, " + protocol,
                () -> Handshake.run(client.context, layer.context(), FOREIGN_NAME, protocol, true, layer.clientAuth()));
        }
    }

    private void httpStrangers(Layer layer, List<HttpClient> clients) {
        String name = Judge.first(Judge.names(layer.chain[0])).stream().findFirst().orElse(layer.node.name);
        for (String protocol : PROTOCOLS) {
            refused("client", layer + ": a client without the CA refuses the node, " + protocol,
                () -> Handshake.run(stranger.context(), layer.context(), name, protocol, true, "none"));
            if (!layer.clientAuth().equals("none")) {
                refused("server", layer + ": refuses a client with a stranger's certificate, " + protocol,
                    () -> Handshake.run(stranger.trusting(layer.chain), layer.context(), name, protocol, true, layer.clientAuth()));
            }
            for (HttpClient client : clients) {
                refused("client", client.name + " refuses a stranger in place of " + layer.node.name + ", " + protocol,
                    () -> Handshake.run(client.context, stranger.context(), Stranger.NAME, protocol, true, "none"));
            }
        }
    }

    private void kibanaHosts(List<Layer> layers) {
        boolean complete = layers.size() == nodes.size();
        for (Kibana kibana : kibanas) {
            for (String host : kibana.hosts()) {
                List<Layer> answering = layers.stream().filter(l -> l.answersTo(host)).toList();
                String what = "kibana " + kibana.name + " finds " + host + " in a node's http certificate";
                if (answering.isEmpty() && !complete) report.waiting(what);
                else report.check(what, () -> Judge.require(!answering.isEmpty() || nodes.isEmpty(), "no node's http certificate carries it"));
            }
        }
    }

    private void refused(String side, String what, Judge.Attempt attempt) {
        report.check(what, () -> {
            String why = attempt.run();
            Judge.require(why != null, "the handshake succeeded");
            Judge.require(why.startsWith(side), "refused by the wrong side: " + why);
            // A refusal for want of a common cipher or protocol would prove nothing about trust.
            Judge.require(why.matches("(?is).*(certificat|PKIX|trust|subject alternative|name matching).*"), "refused for another reason: " + why);
        });
    }

    record HttpClient(String name, SSLContext context, boolean hasKey) {}
}
