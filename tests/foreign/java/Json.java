import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists and texts; numbers and words stay texts. The JDK has no reader of its own. */
class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(Path file) throws Exception {
        return parse(Files.readString(file));
    }

    static Object parse(String text) throws Refused {
        Json json = new Json(text);
        Object value = json.value();
        json.skip();
        Judge.require(json.at == text.length(), "more than one JSON value");
        return value;
    }

    /** Every value that stands under a key, at whatever depth; a list counts as its items. */
    static List<String> all(Object json, String key) {
        List<String> found = new ArrayList<>();
        if (json instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (!key.equals(name)) found.addAll(all(value, key));
                else if (value instanceof List<?> list) list.forEach(each -> found.add(String.valueOf(each)));
                else found.add(String.valueOf(value));
            });
        }
        if (json instanceof List<?> list) list.forEach(each -> found.addAll(all(each, key)));
        return found;
    }

    private Object value() throws Refused {
        skip();
        char next = peek();
        if (next == '{') return object();
        if (next == '[') return list();
        if (next == '"') return string();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) at++;
        Judge.require(at > start, "no JSON value at " + start);
        return text.substring(start, at);
    }

    private Map<String, Object> object() throws Refused {
        Map<String, Object> found = new LinkedHashMap<>();
        for (boolean more = open('}'); more; more = next('}')) {
            skip();
            String key = string();
            skip();
            take(':');
            Judge.require(!found.containsKey(key), "duplicate key " + key);
            found.put(key, value());
        }
        return found;
    }

    private List<Object> list() throws Refused {
        List<Object> found = new ArrayList<>();
        for (boolean more = open(']'); more; more = next(']')) found.add(value());
        return found;
    }

    private String string() throws Refused {
        take('"');
        StringBuilder found = new StringBuilder();
        for (char each = text.charAt(at++); each != '"'; each = text.charAt(at++)) {
            if (each != '\\') {
                found.append(each);
                continue;
            }
            char escape = text.charAt(at++);
            int simple = "bfnrt".indexOf(escape);
            if (escape == 'u') {
                found.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                at += 4;
            } else {
                found.append(simple < 0 ? escape : "\b\f\n\r\t".charAt(simple));
            }
        }
        return found.toString();
    }

    private boolean open(char end) throws Refused {
        at++;
        skip();
        if (peek() != end) return true;
        at++;
        return false;
    }

    private boolean next(char end) throws Refused {
        skip();
        if (peek() == ',') {
            at++;
            return true;
        }
        take(end);
        return false;
    }

    private void take(char wanted) throws Refused {
        Judge.require(peek() == wanted, "no " + wanted + " at " + at);
        at++;
    }

    private char peek() throws Refused {
        Judge.require(at < text.length(), "JSON ends too early");
        return text.charAt(at);
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
    }
}
