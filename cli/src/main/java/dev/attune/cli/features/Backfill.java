package dev.attune.cli.features;

import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.BackfillProcess;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.stack.StreamsApplicationId;
import dev.attune.schemas.Topics;
import dev.attune.warehouse.files.WarehouseFiles;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Counts changed features from the topic's beginning beside the running feature-streams, then
 * switches: the old one stops, the new one publishes from where it stopped. What Kafka has lost of
 * the beginning is counted first, from {@link LostEvents}. Until the switch nothing of the running
 * stack is touched, and a backfill that was cut off goes on where it was.
 */
public final class Backfill {
  /** So few records are read within the time that a switch takes anyway. */
  private static final long NEAR = 500;

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SWITCH_LIMIT = Duration.ofMinutes(10);
  private static final String EVENTS = Topics.standard().interactionEvents();

  private final LocalStack stack;
  private final StackSettings settings;
  private final KafkaSettings kafka;
  private final ModelRegistry registry;
  private final Slots slots;
  private final Progress progress;
  private final Options options;

  /** Where the switch is recorded, and then made. */
  public interface Slots {
    /**
     * Publishes these features from now on.
     *
     * @param version goes live with them; null: the live one stays
     */
    void switchFeatures(ModelRegistry registry, String features, @Nullable String version)
        throws ModelException;
  }

  /** Told how far the recount is. */
  public interface Progress {
    /** So many of these records are recounted. */
    void at(long read, long of);

    /** So many of these records are copied from the export. */
    void copied(long read, long of);

    /** Something that whoever waits should know. */
    void note(String sentence);
  }

  /**
   * What is allowed, and where the past is.
   *
   * @param withoutModel also when no model knows the changed features
   * @param fromRetained also when events are missing, in Kafka and in the export
   * @param export that has what Kafka has lost; null: none
   * @param epoch of the topic's positions
   */
  public record Options(
      boolean withoutModel, boolean fromRetained, @Nullable WarehouseFiles export, int epoch) {}

  /**
   * What was done.
   *
   * @param records that were read
   * @param lost of them, counted from the export
   * @param model that went live with the features; null: none
   * @param pause for which no new features were published
   */
  public record Switched(
      StreamsApplicationId identity,
      long records,
      long lost,
      @Nullable String model,
      Duration pause) {}

  /**
   * @param registry of the playbook's models
   */
  public Backfill(
      LocalStack stack, ModelRegistry registry, Slots slots, Progress progress, Options options) {
    this.stack = stack;
    this.settings = stack.settings();
    this.kafka = kafka(settings);
    this.registry = registry;
    this.slots = slots;
    this.progress = progress;
    this.options = options;
  }

  /** Kafka and the registry of a stack whose features can be recounted. */
  public static KafkaSettings kafka(StackSettings stack) {
    return KafkaSettings.of(stack.bootstrapServers(), URI.create(stack.registryUrl()));
  }

  public Switched run() {
    Playbook playbook = Playbook.load(settings.playbook());
    requireRunningStreams();
    MatchingModel model = MatchingModel.find(registry, playbook, options.withoutModel());
    StreamsApplicationId old = StreamsApplicationId.of(settings.home());
    StreamsApplicationId next = old.successor(playbook.features().id());
    try (var groups = new KafkaAdmin(kafka)) {
      BackfillProcess.endLeftOver(settings);
      groups.removeMembers(next.applicationId());
      startOverUnlessWhole(groups, next.applicationId());
      recount(groups, next, countLost(groups, next));
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

  /** A run that was cut off can't be continued when Kafka has lost what it was to read next. */
  private void startOverUnlessWhole(KafkaAdmin groups, String applicationId) {
    Map<TopicPartition, Long> read = groups.settled(applicationId);
    boolean whole =
        groups.first(EVENTS).entrySet().stream()
            .allMatch(
                first -> read.getOrDefault(first.getKey(), first.getValue()) >= first.getValue());
    String past = PastTopic.name(applicationId);
    if (whole && groups.topics().contains(past)) {
      whole =
          groups.first(past).values().stream().allMatch(first -> first == 0)
              && PastTopic.content(kafka, past).isWhole();
    }
    if (!whole) {
      progress.note("Kafka has lost what an earlier run was to read next: this one starts over.");
      forget(groups, applicationId);
    }
  }

  /** Deletes what an application has in Kafka and on disk. */
  private void forget(KafkaAdmin groups, String applicationId) {
    groups.delete(
        applicationId,
        name ->
            name.startsWith(applicationId + "-")
                && (name.endsWith("-changelog") || PastTopic.is(name)));
    Folders.delete(
        settings.home().resolve(Part.STREAMS.id()).resolve("state").resolve(applicationId));
  }

  /**
   * Counts the events that Kafka has lost.
   *
   * @return where Kafka's own part begins, by partition; empty when records may be missing
   */
  private Map<TopicPartition, Long> countLost(KafkaAdmin groups, StreamsApplicationId next) {
    String id = next.applicationId();
    String past = PastTopic.name(id);
    // of runs that nobody has ended
    groups.deleteTopics(name -> PastTopic.is(name) && !name.equals(past));
    if (groups.topics().contains(past)) {
      PastTopic.keepLaterDecisions(kafka, groups, past, id);
    }
    var lost =
        new LostEvents(
            kafka, groups, options.export(), options.epoch(), options.fromRetained(), progress);
    while (lost.write(id)) {
      run(next, Map.of("ATTUNE_BACKFILL_PAST", past), () -> isRead(groups, past, id));
      groups.removeMembers(id);
      PastTopic.keepLaterDecisions(kafka, groups, past, id);
    }
    if (groups.topics().contains(past) && events(groups.settled(id)).isEmpty()) {
      // from here on it goes on in Kafka, exactly where the files end
      groups.move(id, lost.border());
    }
    return options.fromRetained() ? Map.of() : lost.border();
  }

  private boolean isRead(KafkaAdmin groups, String topic, String applicationId) {
    Map<TopicPartition, Long> ends = groups.end(topic);
    Map<TopicPartition, Long> read = new HashMap<>(groups.committed(applicationId));
    read.keySet().retainAll(ends.keySet());
    progress.at(sum(read), sum(ends));
    return covers(read, ends);
  }

  /** Runs the silent one until something holds. */
  private void run(StreamsApplicationId next, Map<String, String> more, BooleanSupplier done) {
    try (var process = BackfillProcess.start(settings, next, more)) {
      var hook = new Thread(process::close, "attune-backfill-end");
      Runtime.getRuntime().addShutdownHook(hook);
      await(null, () -> process.isAlive() ? done.getAsBoolean() : died());
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /**
   * @param border where Kafka's part must begin
   */
  private void recount(
      KafkaAdmin groups, StreamsApplicationId next, Map<TopicPartition, Long> border) {
    var beginning = new KafkaBeginning(groups, next.applicationId(), border);
    run(next, Map.of(), () -> beginning.isLost() || isNear(groups, next));
    groups.removeMembers(next.applicationId());
    if (beginning.isLost()) {
      forget(groups, next.applicationId());
      throw new ServerException(
          "Kafka has deleted events while the recount began. Run it again: it starts over.");
    }
    // what was recounted but isn't published yet would be published by nobody
    Map<TopicPartition, Long> recounted = topics(groups.committed(next.applicationId()));
    await(SWITCH_LIMIT, () -> covers(groups.committed(next.predecessor()), recounted));
  }

  private boolean died() {
    throw new ServerException("The backfill has died; see " + BackfillProcess.log(settings) + ".");
  }

  private boolean isNear(KafkaAdmin groups, StreamsApplicationId next) {
    Map<TopicPartition, Long> read = groups.committed(next.applicationId());
    Map<TopicPartition, Long> published = topics(groups.committed(next.predecessor()));
    long left =
        published.entrySet().stream()
            .mapToLong(e -> Math.max(0, e.getValue() - read.getOrDefault(e.getKey(), 0L)))
            .sum();
    long all = sum(published);
    progress.at(Math.max(0, all - left), all);
    return left <= NEAR;
  }

  /** Without the past, which each application has of its own. */
  private static Map<TopicPartition, Long> topics(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .filter(entry -> !PastTopic.is(entry.getKey().topic()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map<TopicPartition, Long> events(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(EVENTS))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
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
    Map<TopicPartition, Long> published = topics(groups.committed(next.predecessor()));
    // from here on ./attune up brings the new one, before it the old one
    next.write(settings.home());
    model.goLive(slots);
    // the others stay, whatever variables whoever switches has
    stack.up(Part.STREAMS);
    await(SWITCH_LIMIT, () -> covers(groups.committed(next.applicationId()), published));
    Duration pause = Duration.ofNanos(System.nanoTime() - began);
    forget(groups, next.predecessor());
    String past = PastTopic.name(next.applicationId());
    long lost = groups.topics().contains(past) ? sum(groups.end(past)) : 0;
    groups.deleteTopics(past::equals);
    return new Switched(next, sum(published), lost, model.version(), pause);
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
