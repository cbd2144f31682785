package dev.attune.cli.features;

import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.BackfillProcess;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.stack.StreamsApplicationId;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Counts changed features from the topic's beginning beside the running feature-streams, then
 * switches: the old one stops, the new one publishes from where it stopped. Until the switch
 * nothing of the running stack is touched, and a backfill that was cut off goes on where it was.
 */
public final class Backfill {
  /** So few records are read within the time that a switch takes anyway. */
  private static final long NEAR = 500;

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SWITCH_LIMIT = Duration.ofMinutes(10);

  private final LocalStack stack;
  private final StackSettings settings;
  private final ModelRegistry registry;
  private final Progress progress;
  private final boolean withoutModel;
  private final boolean fromRetained;

  /** Told how far the recount is. */
  public interface Progress {
    void at(long read, long of);
  }

  /**
   * What was done.
   *
   * @param records that were read
   * @param model that went live with the features; null: none
   * @param pause for which no new features were published
   */
  public record Switched(
      StreamsApplicationId identity, long records, @Nullable String model, Duration pause) {}

  /**
   * @param registry of the playbook's models
   * @param withoutModel also when no model knows the changed features
   * @param fromRetained also when the topic has lost its beginning
   */
  public Backfill(
      LocalStack stack,
      ModelRegistry registry,
      Progress progress,
      boolean withoutModel,
      boolean fromRetained) {
    this.stack = stack;
    this.settings = stack.settings();
    this.registry = registry;
    this.progress = progress;
    this.withoutModel = withoutModel;
    this.fromRetained = fromRetained;
  }

  public Switched run() {
    Playbook playbook = Playbook.load(settings.playbook());
    requireRunningStreams();
    MatchingModel model = MatchingModel.find(registry, playbook, withoutModel);
    StreamsApplicationId old = StreamsApplicationId.of(settings.home());
    StreamsApplicationId next = old.successor(playbook.features().id());
    try (var groups = new KafkaAdmin(KafkaSettings.of(settings.bootstrapServers()))) {
      requireWholeTopic(groups);
      recount(groups, next);
      return takeOver(groups, next, model);
    }
  }

  private void requireRunningStreams() {
    boolean ready =
        stack.status().stream()
            .anyMatch(
                part -> part.part() == Part.STREAMS && part.state() == PartStatus.State.READY);
    if (!ready) {
      throw new ServerException("feature-streams doesn't run: ./attune up starts it.");
    }
  }

  private void requireWholeTopic(KafkaAdmin groups) {
    String topic = Topics.standard().interactionEvents();
    if (!fromRetained && groups.first(topic).values().stream().anyMatch(offset -> offset > 0)) {
      throw new ServerException(
          topic
              + " no longer holds its first events: windows that reach further back, and totals,"
              + " would count less than now. --from-retained accepts that.");
    }
  }

  private void recount(KafkaAdmin groups, StreamsApplicationId next) {
    try (var process = BackfillProcess.start(settings, next)) {
      var hook = new Thread(process::close, "attune-backfill-end");
      Runtime.getRuntime().addShutdownHook(hook);
      await(null, () -> process.isAlive() ? isNear(groups, next) : died());
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    groups.removeMembers(next.applicationId());
    // what was recounted but isn't published yet would be published by nobody
    Map<TopicPartition, Long> recounted = groups.committed(next.applicationId());
    await(SWITCH_LIMIT, () -> covers(groups.committed(next.predecessor()), recounted));
  }

  private boolean died() {
    throw new ServerException("The backfill has died; see " + BackfillProcess.log(settings) + ".");
  }

  private boolean isNear(KafkaAdmin groups, StreamsApplicationId next) {
    Map<TopicPartition, Long> read = groups.committed(next.applicationId());
    Map<TopicPartition, Long> published = groups.committed(next.predecessor());
    long left =
        published.entrySet().stream()
            .mapToLong(e -> Math.max(0, e.getValue() - read.getOrDefault(e.getKey(), 0L)))
            .sum();
    long all = sum(published);
    progress.at(Math.max(0, all - left), all);
    return left <= NEAR;
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static boolean covers(Map<TopicPartition, Long> one, Map<TopicPartition, Long> other) {
    return other.entrySet().stream()
        .allMatch(e -> one.getOrDefault(e.getKey(), 0L) >= e.getValue());
  }

  private Switched takeOver(KafkaAdmin groups, StreamsApplicationId next, MatchingModel model) {
    long began = System.nanoTime();
    stack.stop(Part.STREAMS);
    groups.removeMembers(next.predecessor());
    Map<TopicPartition, Long> published = groups.committed(next.predecessor());
    // from here on ./attune up brings the new one, before it the old one
    next.write(settings.home());
    model.goLive();
    stack.up();
    await(SWITCH_LIMIT, () -> covers(groups.committed(next.applicationId()), published));
    Duration pause = Duration.ofNanos(System.nanoTime() - began);
    String old = next.predecessor();
    groups.delete(old, name -> name.startsWith(old + "-") && name.endsWith("-changelog"));
    Folders.delete(
        settings.home().resolve(Part.STREAMS.id()).resolve("state").resolve(next.predecessor()));
    return new Switched(next, sum(published), model.version(), pause);
  }

  private static void await(@Nullable Duration limit, BooleanSupplier done) {
    long began = System.nanoTime();
    while (!done.getAsBoolean()) {
      if (limit != null && System.nanoTime() - began > limit.toNanos()) {
        throw new ServerException(
            "The switch isn't done after %d s; ./attune logs streams shows why."
                .formatted(limit.toSeconds()));
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerException("The backfill was interrupted.", e);
      }
    }
  }
}
