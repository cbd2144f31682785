package dev.attune.streams.topology;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.MockClients;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.VirtualTime;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.util.unit.DataSize;

/**
 * One stream thread with tasks of the topology that commit, crash and move to another instance the
 * way exactly-once has it: a commit keeps state and output together; a crash takes both back to the
 * last commit and reads the events since then again. Each owner counts offsets anew under a higher
 * epoch, since a test driver can't begin at an offset.
 */
final class SimulatedInstance implements AutoCloseable {
  /** So small that users are forgotten all the time. */
  private static final DataSize USER_MEMORY = DataSize.ofKilobytes(4);

  private static final UserEngine ENGINE =
      Playbook.load(Path.of("src/test/resources/playbook")).engine();

  /**
   * @param clock may jump
   * @param time never does
   * @param stores what state is kept in
   * @param dispatchers makes one for each owner
   */
  record DispatcherEnvironment(
      SchemaRegistryClient schemas,
      Path home,
      InstantSource clock,
      VirtualTime time,
      SlowStores stores,
      CommitBarrier barrier,
      Function<CommitBarrier, Dispatcher<String, ScoreRequest>> dispatchers) {}

  private final Topics topics = Topics.standard();
  private final DispatcherEnvironment around;
  private final int tasks;
  private final AvroSerializer<InteractionEvent> serializer;
  private final List<SessionFeatures> features = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<InteractionEvent> uncommitted = new ArrayList<>();
  private final List<Map<String, Map<Object, Object>>> committed = new ArrayList<>();
  private int owners;
  private Owner owner;

  SimulatedInstance(DispatcherEnvironment around, int tasks) {
    this.around = around;
    this.tasks = tasks;
    this.serializer = new AvroSerializer<>(around.schemas());
    this.owner = new Owner(owners++);
  }

  /** Offset of the event in its owner's order, with the owner's epoch above. */
  long send(InteractionEvent event) {
    uncommitted.add(event);
    return owner.send(event);
  }

  /** Runs what has come due since the last time. */
  void poll() {
    owner.poll();
  }

  /** Passes the barrier and keeps what was done; the events since the last commit are final. */
  void commit() {
    owner.commit();
    committed.clear();
    for (SimulatedTask task : owner.tasks) {
      features.addAll(task.read(topics.sessionFeatures(), SessionFeatures.class, around.schemas()));
      sessions.addAll(task.read(topics.sessions(), Session.class, around.schemas()));
      committed.add(task.state());
    }
    uncommitted.clear();
  }

  /** Loses what was not committed; returns the last version of each user that was done again. */
  Map<String, Long> crash() {
    owner.close();
    owner = new Owner(owners++);
    for (int task = 0; task < committed.size(); task++) {
      owner.tasks.get(task).restore(committed.get(task));
    }
    Map<String, Long> again = new HashMap<>();
    uncommitted.forEach(event -> again.put(event.getUserId(), owner.send(event)));
    return again;
  }

  boolean owes(String user) {
    return owner.taskOf(user).owes(user);
  }

  /** Whether a session is open or an erased user is still kept. */
  boolean awaitsAnEnd() {
    return owner.tasks.stream().anyMatch(SimulatedTask::awaitsAnEnd);
  }

  List<SessionFeatures> features() {
    return features;
  }

  List<Session> sessions() {
    return sessions;
  }

  static long version(ScoreRequest request) {
    return version(request.getEpoch(), request.getOffset());
  }

  private static long version(int epoch, long offset) {
    return (long) epoch << 32 | offset;
  }

  @Override
  public void close() {
    owner.close();
  }

  /** A process that has the tasks. */
  private final class Owner implements AutoCloseable {
    private final int epoch;
    private final Producer<byte[], byte[]> producer;
    private final Dispatcher<String, ScoreRequest> dispatcher;
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private long polled = around.time().now();

    Owner(int epoch) {
      this.epoch = epoch;
      producer = around.barrier().clients(new MockClients()).getProducer(Map.of());
      producer.initTransactions();
      dispatcher = around.dispatchers().apply(around.barrier());
      for (int task = 0; task < SimulatedInstance.this.tasks; task++) {
        Path state = around.home().resolve("owner-" + epoch + "-" + task);
        tasks.add(new SimulatedTask(topology(), state, around.clock().instant()));
      }
    }

    private AttuneTopology topology() {
      return new AttuneTopology(
          TopicSerdes.of(topics, around.schemas()),
          new StateStores(around.stores(), USER_MEMORY),
          new TopologyContext(
              ENGINE,
              epoch,
              around.clock(),
              new EventMeters(new SimpleMeterRegistry()),
              _ -> around.clock().millis(),
              Rereads.UNHEARD,
              Predecessor.NONE,
              new UserHasher("0123456789abcdef"),
              Tracing.OFF),
          dispatcher,
          List.of());
    }

    SimulatedTask taskOf(String user) {
      return tasks.get(Math.floorMod(user.hashCode(), tasks.size()));
    }

    long send(InteractionEvent event) {
      byte[] value =
          Objects.requireNonNull(serializer.serialize(topics.interactionEvents(), event));
      String user = event.getUserId();
      return version(epoch, taskOf(user).send(user, value, event.getReceivedAt()));
    }

    void poll() {
      Duration passed = Duration.ofNanos(around.time().now() - polled);
      polled = around.time().now();
      tasks.forEach(task -> task.pass(passed));
    }

    void commit() {
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(Map.of(), new ConsumerGroupMetadata("simulation"));
      producer.commitTransaction();
    }

    @Override
    public void close() {
      tasks.forEach(SimulatedTask::close);
      dispatcher.close();
    }
  }
}
