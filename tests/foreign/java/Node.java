import java.nio.file.Path;
import java.util.List;

/** The settings of one Elasticsearch host and where its files lie. */
class Node {
    final String name;
    final Path config;
    final Yaml yaml;
    final Secrets secrets;
    Layer transport;
    Layer http;
    /** A certificate of its HTTP or transport layer is still away. */
    boolean waits;

    Node(Path host) throws Exception {
        name = host.getFileName().toString();
        config = host.resolve("elasticsearch/config");
        yaml = Yaml.read(config.resolve("elasticsearch.yml"));
        secrets = Secrets.ofElasticsearch(host.resolve("elasticsearch"));
    }

    /** The address under which other nodes reach this one, where the file says it outright. */
    List<String> published(String kind) {
        for (String key : List.of(kind + ".publish_host", kind + ".host", "network.publish_host", "network.host")) {
            List<String> values = yaml.all(key);
            if (values.isEmpty()) continue;
            // _site_, _local_ and the wildcard addresses are known only on the machine itself.
            return values.stream().filter(v -> !v.startsWith("_") && !v.equals("0.0.0.0") && !v.equals("::")).toList();
        }
        return List.of();
    }
}
