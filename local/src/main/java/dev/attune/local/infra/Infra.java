package dev.attune.local.infra;

import dev.attune.core.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A real Kafka broker, schema registry and Redis for tests: processes on free ports of 127.0.0.1,
 * with data in a folder of their own that goes when they are closed. Tests share one broker and
 * keep apart by topic prefixes of their own.
 *
 * <p>A part keeps its port and its data over stop and start; Redis, a cache, comes back empty.
 */
public final class Infra implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(180);

  private final Path home;
  private final KafkaServer kafka;
  private final RegistryServer registry;
  private final RedisServer redis;
  private final Map<String, ServerProcess> running = new ConcurrentHashMap<>();

  private Infra(Path home, Checkout checkout, Supplier<JavaCommand> broker) {
    this.home = home;
    this.kafka =
        new KafkaServer(
            checkout.kafkaClassPath(), home.resolve("kafka"), Ports.free(), Ports.free(), broker);
    this.registry = new RegistryServer(checkout.registry(), home.resolve("registry"), Ports.free());
    this.redis = new RedisServer(home.resolve("redis"), Ports.free());
  }

  /** The one that all tests of a JVM share; it ends with the JVM. */
  public static Infra shared() {
    return Shared.INFRA;
  }

  private static final class Shared {
    static final Infra INFRA = start();
  }

  /** A set of one's own, for tests that break parts of it. */
  public static Infra start() {
    return start(KafkaServer::small);
  }

  /**
   * The same with another JVM for the broker.
   *
   * @param broker its command as far as {@link JavaCommand} has it
   */
  public static Infra start(Supplier<JavaCommand> broker) {
    try {
      var infra = new Infra(Files.createTempDirectory("attune-infra"), Checkout.find(), broker);
      Runtime.getRuntime().addShutdownHook(new Thread(infra::close));
      infra.startAll();
      return infra;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAll() {
    try {
      CompletableFuture.allOf(
              Stream.of(kafka, registry, redis)
                  .map(server -> CompletableFuture.runAsync(() -> start(server)))
                  .toArray(CompletableFuture[]::new))
          .join();
    } catch (CompletionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  public URI registryUrl() {
    return registry.url();
  }

  public String redisUri() {
    return redis.uri();
  }

  public void startKafka() {
    start(kafka);
  }

  public void stopKafka() {
    stop(kafka);
  }

  public void killKafka() {
    kill(kafka);
  }

  /** The broker's process, while it runs. */
  public long kafkaPid() {
    ServerProcess process = running.get(kafka.name());
    if (process == null) {
      throw new IllegalStateException("the broker isn't running");
    }
    return process.pid();
  }

  public void startRegistry() {
    start(registry);
  }

  public void stopRegistry() {
    stop(registry);
  }

  public void killRegistry() {
    kill(registry);
  }

  /** Starts an empty Redis. */
  public void startRedis() {
    start(redis);
  }

  public void stopRedis() {
    stop(redis);
  }

  public void killRedis() {
    kill(redis);
  }

  private void start(Server server) {
    running
        .computeIfAbsent(server.name(), name -> ServerProcess.start(server, log(name)))
        .awaitReady(READY_TIMEOUT);
  }

  private void stop(Server server) {
    ServerProcess process = running.remove(server.name());
    if (process != null) {
      process.stop();
    }
  }

  private void kill(Server server) {
    ServerProcess process = running.remove(server.name());
    if (process != null) {
      process.kill();
    }
  }

  private Path log(String name) {
    return home.resolve(name + ".log");
  }

  /** Kills what runs: nobody needs the data any more. */
  @Override
  public void close() {
    Stream.of(registry, redis, kafka).parallel().forEach(this::kill);
    Folders.delete(home);
  }
}
