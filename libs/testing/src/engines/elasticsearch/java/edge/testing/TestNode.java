package edge.testing;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one Elasticsearch node in this JVM, for tests on loopback: without the checks that its own main class makes of the machine (user, limits).
 * Arguments: folder of the server, folder of the data, then settings as name=value. Prints "ready" once the node serves.
 */
public final class TestNode {
    private static final String LOGGING = """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = [%d{ISO8601}][%p][%c{1.}] %m%n
        rootLogger.level = error
        rootLogger.appenderRef.console.ref = console
        """;

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out; // the node's logging replaces it
        Environment environment = environment(Path.of(args[0]), Path.of(args[1]), Arrays.copyOfRange(args, 2, args.length));
        LogConfigurator.registerErrorListener();
        LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
        LogConfigurator.configure(environment, true);
        Node node = new Node(environment, PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        out.println("ready");
        out.flush();
        Thread.currentThread().join();
    }

    private static Environment environment(Path server, Path work, String[] settings) throws Exception {
        Path config = Files.createDirectories(work.resolve("config"));
        Files.writeString(config.resolve("log4j2.properties"), LOGGING);
        Settings.Builder builder = Settings.builder()
            .put("path.home", server.toString())
            .put("path.data", work.resolve("data").toString())
            .put("path.logs", work.resolve("logs").toString())
            .put("cluster.name", "edge-test")
            .put("node.name", "edge-test-1")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("cluster.routing.allocation.disk.threshold_enabled", "false");
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            builder.put(parts[0], parts[1]);
        }
        return new Environment(builder.build(), config);
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(8, TimeUnit.SECONDS);
        } catch (Exception problem) {
            problem.printStackTrace();
        }
    }
}
