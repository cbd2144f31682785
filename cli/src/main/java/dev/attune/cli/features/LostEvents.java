package dev.attune.cli.features;

import static java.util.stream.Collectors.joining;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastOrigin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.kafka.past.PastWriter;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.ServerException;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.warehouse.Warehouse;
import dev.attune.warehouse.export.ExportedPart;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The events that {@code interaction-events} has lost, taken from an export and written into the
 * {@link PastTopic}: of each partition those below the first record that Kafka still has, in their
 * order. What an earlier run has written stays, and what was lost since then is added.
 */
final class LostEvents {
  private static final int DAYS_NAMED = 5;

  private final KafkaSettings kafka;
  private final KafkaAdmin admin;
  private final @Nullable WarehouseFiles export;
  private final int epoch;
  private final boolean fromRetained;
  private final Backfill.Progress progress;
  private final String events;
  private final Set<String> told = new HashSet<>();
  private Map<TopicPartition, Long> border = Map.of();

  /**
   * @param export null: there is none
   * @param epoch of the topic's positions now
   * @param fromRetained whether records may be missing
   */
  LostEvents(
      KafkaSettings kafka,
      KafkaAdmin admin,
      @Nullable WarehouseFiles export,
      int epoch,
      boolean fromRetained,
      Backfill.Progress progress) {
    this.kafka = kafka;
    this.admin = admin;
    this.export = export;
    this.epoch = epoch;
    this.fromRetained = fromRetained;
    this.progress = progress;
    this.events = kafka.topics().names().interactionEvents();
  }

  /**
   * Writes what the application can't read from Kafka any more and wasn't written yet.
   *
   * @return whether the topic of its past has events that it hasn't counted yet
   * @throws ServerException when records are missing and may not be
   */
  boolean write(String applicationId) {
    String topic = PastTopic.name(applicationId);
    border = admin.first(events);
    Map<TopicPartition, Long> read = admin.settled(applicationId);
    boolean exists = admin.topics().contains(topic);
    Map<Integer, PastOrigin> written = exists ? PastTopic.content(kafka, topic).last() : Map.of();
    Map<Integer, Long> lostFrom = new TreeMap<>();
    border.forEach(
        (partition, first) -> {
          PastOrigin last = written.get(partition.partition());
          long reached =
              Math.max(read.getOrDefault(partition, 0L), last == null ? 0 : last.offset() + 1);
          if (reached < first) {
            lostFrom.put(partition.partition(), reached);
          }
        });
    if (!lostFrom.isEmpty() && isUsable(lostFrom)) {
      PastTopic.create(admin, topic, border.size());
      write(topic, lostFrom);
      exists = true;
    }
    return exists && !isRead(topic, applicationId);
  }

  /** The first record that Kafka had of each partition when {@link #write} was called last. */
  Map<TopicPartition, Long> border() {
    return border;
  }

  private boolean isRead(String topic, String applicationId) {
    Map<TopicPartition, Long> read = admin.settled(applicationId);
    return admin.end(topic).entrySet().stream()
        .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** Whether the export is there and of this topic; what it lacks must be allowed to be missing. */
  private boolean isUsable(Map<Integer, Long> lostFrom) {
    if (export == null) {
      refuse(
          events
              + " no longer holds its first events: windows that reach further back, and totals,"
              + " would count less than now. --past counts them from what ./attune export has kept;"
              + " --from-retained does without them.");
      return false;
    }
    Optional<ExportedPart> exported = ExportedPart.of(export, Table.EVENTS);
    if (exported.isEmpty()) {
      refuse(export.place() + " holds no export of " + events + ": ./attune export makes one.");
      return false;
    }
    if (!exported.get().topicId().equals(admin.id(events).toString())) {
      refuse(
          "The export at %s is of an earlier topic %s: run ./attune export first."
              .formatted(export.place(), events));
      return false;
    }
    long missing = missing(exported.get(), lostFrom);
    if (missing > 0) {
      refuse(
          "%,d records of %s are missing: Kafka had deleted them before ./attune export read them into %s. --from-retained counts without them."
              .formatted(missing, events, export.place()));
    }
    return true;
  }

  private long missing(ExportedPart exported, Map<Integer, Long> lostFrom) {
    long missing = exported.lost().values().stream().mapToLong(Long::longValue).sum();
    for (Map.Entry<Integer, Long> lost : lostFrom.entrySet()) {
      long next = exported.next().getOrDefault(lost.getKey(), 0L);
      missing += Math.max(0, first(lost.getKey()) - Math.max(next, lost.getValue()));
    }
    return missing;
  }

  private long first(int partition) {
    return border.getOrDefault(new TopicPartition(events, partition), 0L);
  }

  /** Only tells it where it is accepted. */
  private void refuse(String why) {
    if (!fromRetained) {
      throw new ServerException(why);
    }
    note(why);
  }

  private void note(String sentence) {
    if (told.add(sentence)) {
      progress.note(sentence);
    }
  }

  private void write(String topic, Map<Integer, Long> lostFrom) {
    Warehouse warehouse = new Warehouse(Objects.requireNonNull(export));
    noteMissingDays(warehouse.missingDays(Table.EVENTS));
    Map<TopicPartition, Long> ends = admin.end(topic);
    long all = lostFrom.entrySet().stream().mapToLong(e -> first(e.getKey()) - e.getValue()).sum();
    long done = 0;
    long others = 0;
    var registry = new SchemaRegistryClient(kafka.registry());
    try (PastWriter writer = new PastWriter(kafka, registry, topic)) {
      for (Map.Entry<Integer, Long> lost : lostFrom.entrySet()) {
        int partition = lost.getKey();
        var copy =
            new PartitionCopy(
                writer,
                partition,
                lost.getValue(),
                ends.getOrDefault(new TopicPartition(topic, partition), 0L),
                done,
                all);
        others +=
            warehouse.readPartition(
                Table.EVENTS,
                new Position(epoch, partition, lost.getValue()),
                first(partition),
                (position, row) -> copy.add(position, (InteractionEvent) row));
        done += first(partition) - lost.getValue();
      }
      writer.finish();
    }
    if (others > 0) {
      note("%,d events of the export don't count: they are of another epoch.".formatted(others));
    }
  }

  private void noteMissingDays(List<LocalDate> days) {
    if (!days.isEmpty()) {
      note(
          "The export has no events of %,d days between its first and its last: %s%s"
              .formatted(
                  days.size(),
                  days.stream().limit(DAYS_NAMED).map(LocalDate::toString).collect(joining(", ")),
                  days.size() > DAYS_NAMED ? " …" : ""));
    }
  }

  /** One partition's events on their way from the files into Kafka. */
  private final class PartitionCopy {
    /** How often it is told how far it is. */
    private static final int EACH = 1_000;

    private final PastWriter writer;
    private final int partition;
    private final long from;
    private final long before;
    private final long all;
    private long number;
    private long last;

    /**
     * @param from the first offset
     * @param number of the next event in the topic of the past
     * @param before how many offsets other partitions had
     * @param all how many there are
     */
    PartitionCopy(PastWriter writer, int partition, long from, long number, long before, long all) {
      this.writer = writer;
      this.partition = partition;
      this.from = from;
      this.number = number;
      this.before = before;
      this.all = all;
      this.last = from - 1;
    }

    void add(Position position, InteractionEvent event) {
      if (position.offset() == last) {
        throw new ServerException(
            "The export at %s has two events at offset %d of partition %d: some are of an earlier topic, for which ATTUNE_EPOCH was not raised."
                .formatted(Objects.requireNonNull(export).place(), last, partition));
      }
      last = position.offset();
      writer.write(partition, event, new PastOrigin(last, timestamp(event), number++));
      if (number % EACH == 0) {
        progress.copied(before + last + 1 - from, all);
      }
    }

    /** That of a record is the receipt; an event without one happened when it says. */
    private static long timestamp(InteractionEvent event) {
      return event.getReceivedAt() > 0 ? event.getReceivedAt() : event.getOccurredAt();
    }
  }
}
