import java.io.IOException;
import java.net.InetAddress;

/** Compares addresses by value: ::1 and 0:0:0:0:0:0:0:1 are one. */
class Addresses {
    static String canonical(String name) {
        if (!name.matches("[0-9.]+") && !name.contains(":")) return name.toLowerCase();
        try {
            // A literal needs no resolver, so nothing leaves the machine.
            return InetAddress.getByName(name).getHostAddress();
        } catch (IOException notAnAddress) {
            return name;
        }
    }
}
