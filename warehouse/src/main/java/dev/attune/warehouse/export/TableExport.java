package dev.attune.warehouse.export;

import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventRules;
import dev.attune.warehouse.parquet.LineWriter;
import dev.attune.warehouse.parquet.ParquetWriter;
import dev.attune.warehouse.parquet.ParquetWriter.RowOrigin;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One topic into one table, a partition at a time. */
final class TableExport {
  private final Table table;
  private final Export.Request request;
  private final ErasedUsers erasedUsers;
  private final AvroDeserializer<? extends SpecificRecord> deserializer;
  private final Path scratch;
  private final ParquetWriter writer;
  private long read;
  private long erased;
  private long refused;
  private long expired;
  private int files;
  private int rewritten;

  /**
   * @param scratch a folder for what is being made
   */
  TableExport(
      Table table,
      Export.Request request,
      SchemaRegistryClient registry,
      ErasedUsers erasedUsers,
      Path scratch,
      ParquetWriter writer) {
    this.table = table;
    this.request = request;
    this.erasedUsers = erasedUsers;
    this.deserializer = new AvroDeserializer<>(registry, table.type());
    this.scratch = scratch;
    this.writer = writer;
  }

  /** Adds what came since; the state is saved after each partition, so nothing is done twice. */
  ExportState addNew(ExportState before) throws IOException {
    KafkaSettings kafka = request.kafka();
    String topic = table.topic(kafka.topics().names());
    ExportState state = before;
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      String id = admin.id(topic).toString();
      Map<TopicPartition, Long> first = admin.first(topic);
      for (TopicPartition partition : first.keySet()) {
        long next = request.isWhole() ? state.next(table, id, partition.partition()) : 0;
        long lost = Math.max(0, first.getOrDefault(partition, 0L) - next);
        long reached = addNew(partition, next + lost);
        if (request.isWhole()) {
          expired += lost;
          state = state.reached(table, id, partition.partition(), reached, lost);
          request.files().replaceState(state.bytes());
        }
      }
    }
    return state;
  }

  /** The first offset that was not read: what is in an open transaction is left for later. */
  private long addNew(TopicPartition partition, long from) throws IOException {
    try (DaySpool spool = new DaySpool(scratch);
        TopicReader reader =
            TopicReader.ofPartition(
                request.kafka(), "attune-export", partition, new StartAt.Offset(from))) {
      reader.readToEnd(record -> take(record, spool));
      for (Map.Entry<LocalDate, LineWriter> day : spool.finished().entrySet()) {
        add(new DayFile(table, day.getKey(), partition.partition()), day.getValue().file());
      }
      return reader.position(partition);
    }
  }

  private void take(ConsumerRecord<String, byte[]> record, DaySpool spool) {
    Optional<? extends SpecificRecord> readable = deserializer.readable(record);
    read++;
    if (readable.isEmpty() || !isSound(readable.get())) {
      refused++;
      return;
    }
    SpecificRecord value = readable.get();
    Position position = new Position(request.epoch(), record.partition(), record.offset());
    long time = (long) value.get(table.schema().getField(table.time()).pos());
    if (isErasure(value) || isErased(origin(value, position))) {
      erased++;
    } else if (time >= request.from() && time < request.to()) {
      spool.add(time, value, position);
    }
  }

  private RowOrigin origin(SpecificRecord value, Position position) {
    String user = String.valueOf(value.get(table.schema().getField("userId").pos()));
    long latest = (long) value.get(table.schema().getField(table.latest()).pos());
    return new RowOrigin(user, position, latest);
  }

  /** An event that a client would be refused for is a dead letter already. */
  private static boolean isSound(SpecificRecord value) {
    return !(value instanceof InteractionEvent event) || EventRules.checkStored(event) == null;
  }

  /** The event that asks for an erasure names who was erased. */
  private static boolean isErasure(SpecificRecord value) {
    return value instanceof InteractionEvent event && event.getUserErased() != null;
  }

  /**
   * An event's place in its topic is exact; of what was made from events only the time is known.
   */
  private boolean isErased(RowOrigin row) {
    return table == Table.EVENTS
        ? erasedUsers.excludes(row.userId(), row.position())
        : erasedUsers.excludes(row.userId(), row.latest());
  }

  private void add(DayFile file, Path lines) throws IOException {
    Path older = request.files().fetch(file, scratch);
    request.files().replace(file, writer.merged(table, older, lines));
    Files.delete(lines);
    files++;
  }

  /** Takes erased users out of all files. */
  void rewrite() throws IOException {
    for (DayFile file : request.files().list(table)) {
      Path older = request.files().fetch(file, scratch);
      Optional<Path> without =
          older == null ? Optional.empty() : writer.without(table, older, this::isErased);
      if (without.isPresent()) {
        rewritten++;
        if (writer.rows(without.get()) == 0) {
          Files.delete(without.get());
          request.files().delete(file);
        } else {
          request.files().replace(file, without.get());
        }
      }
    }
  }

  ExportReport.Part report() {
    return new ExportReport.Part(table, read, erased, refused, expired, files, rewritten);
  }
}
