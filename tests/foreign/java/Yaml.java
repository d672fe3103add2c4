import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The little YAML that stackseal writes: dotted keys, nested keys, scalars, both kinds of list. */
class Yaml {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    static Yaml read(Path file) throws Exception {
        Yaml yaml = new Yaml();
        // Parents of the line at hand, by indentation.
        List<Map.Entry<Integer, String>> parents = new ArrayList<>();
        String last = null;
        int number = 0;
        for (String raw : Files.readAllLines(file)) {
            number++;
            // A file that is a list of one: its item is read as if it were the file.
            if (last == null && raw.startsWith("- ")) raw = "  " + raw.substring(2);
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.equals("---")) continue;
            if (line.startsWith("- ")) {
                Judge.require(last != null, "line " + number + ": a list without a key");
                yaml.values.get(last).add(scalar(line.substring(2)));
                continue;
            }
            int indent = raw.indexOf(line.charAt(0));
            parents.removeIf(parent -> parent.getKey() >= indent);
            Matcher pair = Pattern.compile("(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_.\\-]+):(?:\\s+(.*))?").matcher(line);
            Judge.require(pair.matches(), "line " + number + " is not understood: " + line);
            String prefix = parents.isEmpty() ? "" : parents.get(parents.size() - 1).getValue() + ".";
            last = prefix + scalar(pair.group(1));
            parents.add(Map.entry(indent, last));
            String value = pair.group(2) == null || pair.group(2).startsWith("#") ? "" : pair.group(2);
            Judge.require(yaml.values.put(last, list(value)) == null, "line " + number + ": duplicate key " + last);
        }
        return yaml;
    }

    private static List<String> list(String value) throws Refused {
        List<String> found = new ArrayList<>();
        if (value.startsWith("[")) {
            int end = value.lastIndexOf(']');
            Judge.require(end > 0, "a list must end on its line: " + value);
            Matcher item = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'|[^,\\s][^,]*").matcher(value.substring(1, end));
            while (item.find()) found.add(scalar(item.group()));
        } else if (!value.isEmpty()) {
            found.add(scalar(value));
        }
        return found;
    }

    private static String scalar(String text) {
        String value = text.strip();
        Matcher quoted = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?").matcher(value);
        if (quoted.matches()) return quoted.group(1).replaceAll("\\\\(.)", "$1");
        Matcher single = Pattern.compile("'((?:[^']|'')*)'\\s*(?:#.*)?").matcher(value);
        if (single.matches()) return single.group(1).replace("''", "'");
        return value.replaceFirst("\\s+#.*$", "");
    }

    /** An empty string counts as not set, as in Elasticsearch. */
    String text(String key) {
        List<String> found = values.get(key);
        return found == null || found.isEmpty() || found.get(0).isEmpty() ? null : found.get(0);
    }

    Map<String, List<String>> everything() {
        return Collections.unmodifiableMap(values);
    }

    List<String> all(String key) {
        return values.getOrDefault(key, List.of());
    }
}
