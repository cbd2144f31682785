package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.warehouse.Warehouse;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the topics hold is kept as files, each row once, and nothing of who was erased. */
class ExportIT {
  private final RunningStack stack = RunningStack.shared();

  @TempDir Path folder;

  @Test
  void eachEventIsKeptOnceHoweverOftenItCame() throws IOException {
    String first = click("exported-a", "x-1");
    send(first, click("exported-b", "x-2"), first);
    export();
    send(first, click("exported-a", "x-3"));
    export();

    assertThat(ids("exported-a")).containsExactly("x-1", "x-3");
    assertThat(ids("exported-b")).containsExactly("x-2");

    Files.delete(folder.resolve("_export.json"));
    export();
    assertThat(ids("exported-a")).as("read anew from the beginning").containsExactly("x-1", "x-3");
  }

  /** Runs add to days, and an event comes late for a day that was exported before. */
  @Test
  void aDayAndAPartitionAreOneFileAfterManyRuns() throws Exception {
    List<String> users = IntStream.range(0, 8).mapToObj(n -> "file-" + n).toList();
    Map<String, String> tokens = sent(clicks(users, "2026-01-03", "old"));
    export();
    send(clicks(users, "2026-01-05", "new"));
    export();
    send(clicks(users.subList(0, 4), "2026-01-03", "late"));
    export();

    Set<String> expected = new TreeSet<>();
    for (String token : tokens.values()) {
      int partition = Position.parse(token).partition();
      expected.add(new DayFile(Table.EVENTS, LocalDate.of(2026, 1, 3), partition).path());
      expected.add(new DayFile(Table.EVENTS, LocalDate.of(2026, 1, 5), partition).path());
    }
    assertThat(files(Table.EVENTS)).containsAll(expected);
    for (Table table : Table.values()) {
      assertThat(files(table)).isEqualTo(filesOfRows(table));
    }
    for (String user : users) {
      boolean late = users.indexOf(user) < 4;
      assertThat(ids(user))
          .isEqualTo(
              late
                  ? List.of(user + "-late", user + "-new", user + "-old")
                  : List.of(user + "-new", user + "-old"));
    }
  }

  private static String[] clicks(List<String> users, String day, String id) {
    return users.stream().map(user -> click(user, user + "-" + id, day)).toArray(String[]::new);
  }

  /** All that lies in a table's folder. */
  private Set<String> files(Table table) throws IOException {
    Path root = folder.resolve(table.folder());
    if (!Files.exists(root)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * The same by what is in them: the day and the partition of each row. A file with rows of two
   * days would be two here, one without rows none.
   */
  private Set<String> filesOfRows(Table table) throws Exception {
    Set<String> files = new TreeSet<>();
    if (files(table).isEmpty()) {
      return files;
    }
    String sql =
        "SELECT DISTINCT filename, epoch_ms(%s), kafkaPartition FROM read_parquet('%s/*/*.parquet', filename = true)"
            .formatted(table.time(), folder.resolve(table.folder()));
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement asked = duckdb.createStatement();
        ResultSet rows = asked.executeQuery(sql)) {
      while (rows.next()) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(rows.getLong(2)), ZoneOffset.UTC);
        String file = new DayFile(table, day, rows.getInt(3)).path();
        assertThat(folder.relativize(Path.of(rows.getString(1)))).hasToString(file);
        files.add(file);
      }
    }
    return files;
  }

  @Test
  void aReplyIsKeptAsItsDecision() {
    send(click("exported-c", "x-4"));
    String decision =
        stack
            .responses
            .ask(new Question("exported-c", "exported-c-1", "greeting", "en-US", null, 0))
            .decisionId();
    Eventually.holds(
        "the decision is exported",
        () -> {
          export();
          return rows(Table.DECISIONS).stream()
              .map(Decision.class::cast)
              .anyMatch(row -> row.getDecisionId().equals(decision));
        });
  }

  @Test
  void whoIsErasedIsTakenOutOfOlderFilesAndTheReceiptSaysSo() {
    send(click("exported-d", "x-5"), click("exported-e", "x-6"));
    export();
    assertThat(ids("exported-d")).containsExactly("x-5");

    String receipt = stack.responses.erase("exported-d").path("receiptId").asString();
    send(click("exported-d", "x-7"));
    export();

    assertThat(ids("exported-d")).as("the erasure names nobody").containsExactly("x-7");
    assertThat(ids("exported-e")).containsExactly("x-6");
    Eventually.holds("the receipt names the export", () -> isErased(receipt));
  }

  @Test
  void whoExportsIsInTheAuditLogBeforeAnythingIsWritten() throws IOException {
    send(click("exported-f", "x-8"));
    export();

    assertThat(audited(folder))
        .allSatisfy(
            record -> {
              assertThat(record.getActor()).isEqualTo("user:" + System.getProperty("user.name"));
              assertThat(record.getVia()).isEqualTo("command line");
              assertThat(record.getAction()).isEqualTo("export");
              assertThat(record.getOutcome()).isEqualTo("allowed");
              assertThat(record.getDetail()).startsWith("everything into ");
              assertThat(record.toString()).doesNotContain("exported-f");
            })
        .hasSize(1);
  }

  @Test
  void nothingIsExportedWhereItCannotBeRecorded() throws Exception {
    send(click("exported-g", "x-9"));
    Path place = folder.resolve("unrecorded");
    // a registry that nobody can ask
    Process process =
        AttuneCommand.begin(
            stack.settings(),
            folder.resolve("out"),
            Map.of("ATTUNE_SCHEMA_REGISTRY_URL", "http://127.0.0.1:9"),
            "export",
            "--out",
            place.toString());

    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    assertThat(place).doesNotExist();
  }

  /** What the topic says of exports into this place. */
  private List<AuditRecord> audited(Path place) {
    var registry =
        new SchemaRegistryClient(
            URI.create(stack.settings().registryUrl()), Duration.ofSeconds(10));
    var values = new AvroDeserializer<>(registry, AuditRecord.class);
    return RawTopic.records(stack.settings().bootstrapServers(), Topics.standard().audit()).stream()
        .map(record -> values.readable(record).orElseThrow())
        .filter(record -> String.valueOf(record.getDetail()).endsWith(place.toString()))
        .toList();
  }

  private boolean isErased(String receipt) {
    for (JsonNode store : stack.responses.receipt(receipt).path("stores")) {
      if (store.path("store").asString().equals("export")) {
        return store.path("erasedAt").isString();
      }
    }
    return false;
  }

  private static String click(String user, String id) {
    return click(user, id, "2026-01-02");
  }

  private static String click(String user, String id, String day) {
    return """
    {"eventId":"%s","type":"clicked","userId":"%s","occurredAt":"%sT12:00:00Z",\
    "clicked":{"element":"a"}}\
    """
        .formatted(id, user, day);
  }

  private void send(String... lines) {
    var unused = sent(lines);
  }

  /** Tokens by user. */
  private Map<String, String> sent(String... lines) {
    IngestAnswer answer = stack.gateway.send(List.of(lines));
    assertThat(answer.rejected()).isEmpty();
    return answer.tokens();
  }

  private void export() {
    List<String> printed =
        AttuneCommand.printed(
            stack.settings(), Map.of("ATTUNE_EXPORT", folder.toString()), "export");
    assertThat(printed.getFirst()).contains(folder.toString());
  }

  private List<String> ids(String user) {
    return rows(Table.EVENTS).stream()
        .map(InteractionEvent.class::cast)
        .filter(event -> event.getUserId().equals(user))
        .map(InteractionEvent::getEventId)
        .sorted()
        .toList();
  }

  private List<SpecificRecord> rows(Table table) {
    List<SpecificRecord> rows = new ArrayList<>();
    new Warehouse(WarehouseFiles.at(folder.toString(), null))
        .read(table, Long.MIN_VALUE, Long.MAX_VALUE, rows::add);
    return rows;
  }
}
