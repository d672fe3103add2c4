package products;

import java.lang.instrument.Instrumentation;

/**
 * Stands in for the agent jar of the entitlement system, which is not published. The node attaches it
 * to itself and names the class that wants the instrumentation.
 */
public final class Entitle {
    private static final String USUAL = "org.elasticsearch.entitlement.initialization.EntitlementInitialization";

    private Entitle() {}

    public static void agentmain(String wanted, Instrumentation instrumentation) throws ReflectiveOperationException {
        String type = wanted == null || wanted.isBlank() ? USUAL : wanted;
        Class.forName(type).getMethod("initialize", Instrumentation.class).invoke(null, instrumentation);
    }
}
