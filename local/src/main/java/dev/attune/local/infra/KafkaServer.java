package dev.attune.local.infra;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker that is a controller too (KRaft, combined mode): alone, or one of several.
 *
 * @param controllerPorts of all brokers, the first one's first
 * @param node which of them this is, from 1
 * @param security null: anybody on this machine may do everything
 */
public record KafkaServer(
    String classPath,
    Path directory,
    int port,
    List<Integer> controllerPorts,
    int node,
    Supplier<JavaCommand> jvm,
    @Nullable KafkaSecurity security)
    implements Server {
  // any fixed id: the data folder is this broker's alone, and ports part clusters
  private static final String CLUSTER_ID = "attune-local-kafka-000A";

  /**
   * Everything is replicated three times where there are three brokers, and acknowledged by two:
   * any one may die. Topics are made by their owners only, with their retention; one made by a typo
   * would be silent. Groups start without waiting for members that won't come. Small indexes: the
   * default of 10 MB a segment is preallocated.
   */
  private static final String SETTINGS =
      """
      process.roles=broker,controller
      node.id=%3$s
      controller.quorum.voters=%4$s
      controller.listener.names=CONTROLLER
      listeners=BROKER://127.0.0.1:%1$s,CONTROLLER://127.0.0.1:%2$s
      advertised.listeners=BROKER://127.0.0.1:%1$s
      inter.broker.listener.name=BROKER
      listener.security.protocol.map=BROKER:%7$s,CONTROLLER:PLAINTEXT
      auto.create.topics.enable=false
      num.partitions=4
      default.replication.factor=%5$s
      min.insync.replicas=%6$s
      offsets.topic.replication.factor=%5$s
      offsets.topic.num.partitions=4
      transaction.state.log.replication.factor=%5$s
      transaction.state.log.min.isr=%6$s
      transaction.state.log.num.partitions=4
      share.coordinator.state.topic.replication.factor=%5$s
      share.coordinator.state.topic.min.isr=%6$s
      group.initial.rebalance.delay.ms=0
      group.min.session.timeout.ms=1000
      log.index.size.max.bytes=1048576
      log.cleaner.dedupe.buffer.size=16777216
      num.network.threads=2
      num.io.threads=4
      background.threads=2
      controlled.shutdown.max.retries=1
      """;

  private static final String LOGGING =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.out.ref = out
      appender.out.type = Console
      appender.out.name = out
      appender.out.layout.type = PatternLayout
      appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}{UTC} %-5p %c{1} %m%n
      """;

  /** With a JVM as small as a developer's machine likes it. */
  public KafkaServer(String classPath, Path directory, int port, int controllerPort) {
    this(classPath, directory, port, controllerPort, KafkaServer::small);
  }

  /** Alone, with a JVM of one's own choice. */
  KafkaServer(
      String classPath, Path directory, int port, int controllerPort, Supplier<JavaCommand> jvm) {
    this(classPath, directory, port, List.of(controllerPort), 1, jvm, null);
  }

  /** Alone, and for its users only. */
  public KafkaServer(
      String classPath, Path directory, int port, int controllerPort, KafkaSecurity security) {
    this(classPath, directory, port, List.of(controllerPort), 1, KafkaServer::small, security);
  }

  static JavaCommand small() {
    return JavaCommand.quickToStart("512m");
  }

  @Override
  public String name() {
    return controllerPorts.size() == 1 ? "kafka" : "kafka-" + node;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void prepare() {
    try {
      write(properties(), file("server.properties"));
      Files.writeString(
          file("log4j2.properties"), security == null ? LOGGING : LOGGING + KafkaSecurity.AUDIT);
      if (!Files.exists(data().resolve("meta.properties"))) {
        format();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Kafka reads ISO 8859-1: a letter beyond it in a path needs its escape, as a backslash does
  private static void write(Properties properties, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
  }

  private void format() throws IOException {
    Path log = file("format.log");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                CLUSTER_ID,
                "--config",
                file("server.properties").toString()));
    if (security != null) {
      arguments.addAll(security.formatOptions());
    }
    Process format =
        new ProcessBuilder(java().run(arguments.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (format.waitFor() != 0) {
        throw new ServerException("Kafka's data folder could not be made; see " + log + ".");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      format.destroyForcibly();
      throw new ServerException("The start of kafka was interrupted.", e);
    }
  }

  @Override
  public List<String> command() {
    return java().run("kafka.Kafka", file("server.properties").toString());
  }

  private JavaCommand java() {
    return jvm.get()
        .option("-Dlog4j2.configurationFile=" + file("log4j2.properties").toUri())
        .option("-Dlog4j.shutdownHookEnabled=false")
        .classPath(classPath);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Properties properties() throws IOException {
    int replicas = Math.min(3, controllerPorts.size());
    var properties = new Properties();
    properties.load(
        new StringReader(
            SETTINGS.formatted(
                port,
                controllerPorts.get(node - 1),
                node,
                voters(),
                replicas,
                Math.max(1, replicas - 1),
                security == null ? "PLAINTEXT" : "SASL_SSL")));
    properties.setProperty("log.dirs", data().toString());
    if (security != null) {
      security.addTo(properties);
    }
    return properties;
  }

  private String voters() {
    return IntStream.rangeClosed(1, controllerPorts.size())
        .mapToObj(id -> id + "@127.0.0.1:" + controllerPorts.get(id - 1))
        .collect(Collectors.joining(","));
  }

  @Override
  public boolean isReady() {
    if (!Ports.isOpen(port)) {
      return false;
    }
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2_000);
    if (security != null) {
      settings.putAll(security.client(KafkaSecurity.ADMIN));
    }
    try (Admin admin = Admin.create(settings)) {
      return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
