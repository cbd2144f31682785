package dev.attune.local.infra;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Three Kafka brokers on free ports, each a controller too: what is acknowledged by all in-sync
 * replicas survives the death of any one. A broker keeps its port and data over kill and start.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final int BROKERS = 3;
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(180);

  private final Path home;
  private final List<KafkaServer> brokers;
  private final Map<Integer, ServerProcess> running = new ConcurrentHashMap<>();

  /**
   * @param home where their data and logs live
   */
  public KafkaCluster(Path home, Checkout checkout) {
    this.home = home;
    List<Integer> controllers = IntStream.range(0, BROKERS).mapToObj(_ -> Ports.free()).toList();
    this.brokers =
        IntStream.rangeClosed(1, BROKERS)
            .mapToObj(
                node ->
                    new KafkaServer(
                        checkout.kafkaClassPath(),
                        home.resolve("kafka-" + node),
                        Ports.free(),
                        controllers,
                        node,
                        KafkaServer::small,
                        null))
            .toList();
  }

  /** Starts all brokers and returns when they are ready. */
  public void start() {
    // a broker is ready once most controllers are there: all start before one is awaited
    List<ServerProcess> launched = brokers.stream().map(this::launch).toList();
    launched.forEach(process -> process.awaitReady(READY_TIMEOUT));
  }

  private ServerProcess launch(KafkaServer broker) {
    ServerProcess process = ServerProcess.start(broker, log(broker));
    running.put(broker.node(), process);
    return process;
  }

  private Path log(KafkaServer broker) {
    return home.resolve("logs").resolve(broker.name() + ".log");
  }

  /** Every broker's address, dead ones' too. */
  public String bootstrapServers() {
    return brokers.stream().map(KafkaServer::bootstrapServers).collect(Collectors.joining(","));
  }

  /** Ends a broker at once. */
  public void kill(int node) {
    ServerProcess process = running.remove(node);
    if (process != null) {
      process.kill();
    }
  }

  /** Starts a killed broker again and returns when it is ready. */
  public void start(int node) {
    var unused = launch(brokers.get(node - 1)).awaitReady(READY_TIMEOUT);
  }

  /** Which broker leads each of the topic's partitions; -1 where none does. */
  public List<Integer> leaders(String topic) {
    return partitions(
        topic, partition -> partition.leader() == null ? -1 : partition.leader().id());
  }

  /** How many in-sync replicas each of the topic's partitions has. */
  public List<Integer> inSync(String topic) {
    return partitions(topic, partition -> partition.isr().size());
  }

  private List<Integer> partitions(String topic, Function<TopicPartitionInfo, Integer> figure) {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
          .flatMap(found -> found.partitions().stream())
          .map(figure)
          .toList();
    } catch (ExecutionException e) {
      throw new ServerException("The brokers don't say who leads " + topic + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while asking the brokers.", e);
    }
  }

  @Override
  public void close() {
    running.values().parallelStream().forEach(ServerProcess::kill);
    running.clear();
  }
}
