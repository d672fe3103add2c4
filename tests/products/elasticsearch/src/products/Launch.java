package products;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

import org.elasticsearch.bootstrap.ServerArgs;
import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.common.io.stream.BytesStreamOutput;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.KeyStoreWrapper;
import org.elasticsearch.common.settings.SecureString;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;

/**
 * What bin/elasticsearch does before the server: it opens the keystore, with a password from standard input where it has one, reads
 * elasticsearch.yml and hands both to the server's own main, which reads them from standard input.
 * Arguments are settings, NAME=VALUE, as behind -E.
 */
public final class Launch {
    private static final int UNREADABLE = 78;

    private Launch() {}

    public static void main(String[] arguments) throws Exception {
        LogConfigurator.configureESLogging();
        byte[] handedOver;
        try {
            handedOver = prepare(arguments);
        } catch (Exception unreadable) {
            System.err.println("fatal exception while reading the configuration");
            unreadable.printStackTrace();
            System.exit(UNREADABLE);
            return;
        }
        System.setIn(new SequenceInputStream(new ByteArrayInputStream(handedOver), new Silence()));
        Method server = Class.forName("org.elasticsearch.bootstrap.Elasticsearch").getDeclaredMethod("main", String[].class);
        server.setAccessible(true);
        server.invoke(null, new Object[] { new String[0] });
    }

    private static byte[] prepare(String[] arguments) throws Exception {
        Path config = Path.of(System.getProperty("es.path.conf"));
        Map<String, String> given = new TreeMap<>(Map.of("path.home", System.getProperty("es.path.home")));
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            given.put(parts[0], parts[1]);
        }
        KeyStoreWrapper secrets = KeyStoreWrapper.bootstrap(config, Launch::password);
        Environment read = InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, given, config, () -> "products");
        ServerArgs all = new ServerArgs(false, false, null, secrets, read.settings(), read.configDir(), read.logsDir());
        try (BytesStreamOutput bytes = new BytesStreamOutput()) {
            all.writeTo(bytes);
            return BytesReference.toBytes(bytes.bytes());
        }
    }

    /** Asked for only where the keystore has one: the first line of standard input, as the product reads it without a terminal. */
    private static SecureString password() throws Exception {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return new SecureString(line == null ? new char[0] : line.toCharArray());
    }

    /** The server ends when its standard input does; this one never does. */
    private static final class Silence extends InputStream {
        @Override
        public int read() {
            while (true) {
                LockSupport.park();
            }
        }
    }
}
