package products;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;

import java.lang.reflect.Method;

import org.elasticsearch.common.settings.KeyStoreWrapper;

/**
 * elasticsearch-keystore with the product's own class, whose command line is not published.
 *
 *   add CONFIG FOLDER     each file of the folder becomes a setting of its name; makes the keystore if need be
 *   list CONFIG           the names in it, and its format
 *   remove CONFIG NAME    takes one out
 */
public final class Keystore {
    private Keystore() {}

    public static void main(String[] arguments) throws Exception {
        Path config = Path.of(arguments[1]);
        KeyStoreWrapper store = KeyStoreWrapper.load(config);
        if (store == null) {
            store = KeyStoreWrapper.create();
        } else {
            store.decrypt(new char[0]);
        }
        switch (arguments[0]) {
            case "add" -> {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(arguments[2]))) {
                    for (Path file : files) {
                        call(store, "setString", file.getFileName().toString(), characters(Files.readAllBytes(file)));
                    }
                }
                store.save(config, new char[0]);
            }
            case "remove" -> {
                call(store, "remove", arguments[2]);
                store.save(config, new char[0]);
            }
            case "list" -> new TreeSet<>(store.getSettingNames()).forEach(System.out::println);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        store.close();
    }

    /** The class keeps its setters to its package, where the command line is. */
    private static void call(KeyStoreWrapper store, String name, Object... arguments) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
        Method method = KeyStoreWrapper.class.getDeclaredMethod(name, types);
        method.setAccessible(true);
        method.invoke(store, arguments);
    }

    private static char[] characters(byte[] text) {
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(text));
        return Arrays.copyOf(decoded.array(), decoded.length());
    }
}
