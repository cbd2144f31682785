package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.files.Folders;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalKeys;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people say of messages and of replies is learned: sheets, the console and thumbs. */
class LabelVerbsIT {
  private static final int BATCH = 500;
  private static final Instant END = Instant.parse("2025-04-20T00:00:00Z");

  /** Nobody opened an issue after them. */
  private static final List<String> UNTOLD =
      List.of("my parcel and my password", "a refund of my delivery", "something else entirely");

  private final RunningStack stack = RunningStack.shared();

  @TempDir private Path folder;
  private Path playbook;
  private Path export;
  private Path kept;

  @BeforeEach
  void prepare() throws IOException {
    playbook =
        PlaybookCopy.in(folder.resolve("own"), Checkout.find().root().resolve("playbooks/support"));
    export = folder.resolve("export");
    kept = folder.resolve("kept/labels.csv");
  }

  @Test
  void whatAPersonSaysOfUnsureMessagesIsLearnedAndAWrongSheetChangesNothing() throws Exception {
    Files.createDirectories(folder.resolve("models"));
    Folders.copy(stack.settings().models(), folder.resolve("models"));
    sendThePast();
    run("export", "--out", export.toString(), "--from", "2025-04-01", "--to", "2025-04-21");
    List<String> before = labels();
    Path sheet = folder.resolve("labels.csv");

    List<String> printed = labelExport(sheet, 10_000);

    List<CSVRecord> asked = rows(sheet);
    assertThat(printed.getFirst()).startsWith("%,d messages that version ".formatted(asked.size()));
    assertThat(probability(asked.getFirst())).isLessThan(0.6);
    assertThat(probability(asked.getLast())).isGreaterThan(0.8);
    assertThat(asked).extracting(row -> row.get("text")).containsAll(UNTOLD);
    fill(asked, sheet, "acount");
    assertThat(AttuneCommand.refused(stack.settings(), environment(), imported(sheet)))
        .contains("nothing of it was taken in", "The labels are: order_status, refund")
        .contains("line %d: `acount` of event untold-0".formatted(line(asked, "untold-0")));
    assertThat(kept).doesNotExist();
    fill(asked, sheet, "account");
    assertThat(run(imported(sheet)).getFirst()).startsWith("2 labels taken in; 2 are kept in ");
    say("untold-2", "refund");
    try {
      assertThat(added(before, labels())).isEqualTo(Map.of("account", 2L, "refund", 1L));
      Path again = folder.resolve("again.csv");
      labelExport(again, 10_000);
      assertThat(rows(again))
          .extracting(row -> row.get("text"))
          .doesNotContainAnyElementsOf(UNTOLD);
      assertThat(run(train("--quick")).getFirst())
          .matches("version .* from %,d labelled rows".formatted(before.size() + 3));
    } finally {
      say("untold-2", null);
    }
  }

  /** From the reply to the label: thumbs under the second of three replies teach one row. */
  @Test
  void thumbsUnderAReplyTeachTheRowThatItWasMadeFrom() throws Exception {
    playbook = ofThumbs();
    List<String> users = IntStream.range(0, 60).mapToObj(n -> "thumbs-" + n).toList();
    Instant began = Instant.now();
    Map<String, String> decisions = new HashMap<>();
    for (int message = 1; message <= 3; message++) {
      var tokens = sent(users.stream().map(u -> Events.messageSent(u, "where is it")).toList());
      for (String user : users) {
        String decision = decision(user, Objects.requireNonNull(tokens.get(user)));
        if (message == 2) {
          decisions.put(user, decision);
        }
      }
      // nobody reads a reply and writes again in its millisecond, which would count as before it
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    var unused =
        sent(
            users.stream()
                .map(
                    user ->
                        Events.thumbs(
                            user,
                            users.indexOf(user) % 3,
                            Objects.requireNonNull(decisions.get(user))))
                .toList());
    run("export", "--out", export.toString(), "--from", began.toString());
    Path rows = folder.resolve("rows.csv");

    run(train("--rows", rows.toString()));

    List<CSVRecord> learned = rows(rows);
    assertThat(learned)
        .hasSize(users.size())
        .allSatisfy(row -> assertThat(row.get("messages")).isEqualTo("2.0"));
    assertThat(learned).filteredOn(row -> row.get("label").equals("helpful")).hasSize(40);
    assertThat(learned).filteredOn(row -> row.get("label").equals("not_helpful")).hasSize(20);
  }

  private Path ofThumbs() throws IOException {
    Path shop = Files.createDirectories(folder.resolve("thumbs"));
    Files.writeString(
        shop.resolve("features.yaml"), "features: {messages: {count: message_sent, window: 1h}}");
    Files.writeString(
        shop.resolve("training.yaml"),
        """
        label:
          yes: feedback where kind == "thumbs" && score > 0.0
          no: feedback where kind == "thumbs" && score <= 0.0
          for: [message_sent]
          within: 1d
          values: [helpful, not_helpful]
        """);
    return shop;
  }

  private Map<String, String> sent(List<String> events) {
    IngestAnswer answer = stack.gateway.send(events);
    assertThat(answer.rejected()).isEmpty();
    return answer.tokens();
  }

  private String decision(String user, String token) {
    return stack
        .responses
        .ask(new Question(user, user + "-1", "reply", "en-US", token, 1_000))
        .decisionId();
  }

  private void sendThePast() throws IOException {
    PlaybookCopy.edit(playbook.resolve("simulation.yaml"), "users: 1600", "users: 150");
    Path file = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(playbook), 21, END, file);
    List<String> events = new ArrayList<>(Files.readAllLines(file));
    for (int n = 0; n < UNTOLD.size(); n++) {
      events.add(
          """
          {"eventId":"untold-%d","type":"message_sent","userId":"untold-%d",\
          "occurredAt":"%s","message_sent":{"text":"%s"}}"""
              .formatted(n, n, END.minusSeconds(7_200), UNTOLD.get(n)));
    }
    for (int i = 0; i < events.size(); i += BATCH) {
      var unused = sent(events.subList(i, Math.min(events.size(), i + BATCH)));
    }
  }

  private List<String> labelExport(Path sheet, int count) {
    return run(
        "label",
        "export",
        export.toString(),
        "--out",
        sheet.toString(),
        "--count",
        Integer.toString(count),
        "--playbook",
        playbook.toString());
  }

  private String[] imported(Path sheet) {
    return new String[] {"label", "import", sheet.toString(), "--playbook", playbook.toString()};
  }

  private String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", export.toString(), "--playbook", playbook.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(new String[0]);
  }

  /** Of all rows that would be learned. */
  private List<String> labels() throws IOException {
    Path rows = folder.resolve("rows.csv");
    run(train("--rows", rows.toString()));
    return rows(rows).stream().map(row -> row.get("label")).toList();
  }

  private static Map<String, Long> added(List<String> before, List<String> after) {
    Map<String, Long> added = new HashMap<>();
    after.forEach(label -> added.merge(label, 1L, Long::sum));
    before.forEach(label -> added.merge(label, -1L, Long::sum));
    added.values().removeIf(count -> count == 0);
    return added;
  }

  /** A person labels two of them in the sheet. */
  private static void fill(List<CSVRecord> asked, Path sheet, String label) throws IOException {
    try (var out = Files.newBufferedWriter(sheet);
        var csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord("eventId", "label");
      for (CSVRecord row : asked) {
        String event = row.get("eventId");
        csv.printRecord(event, List.of("untold-0", "untold-1").contains(event) ? label : "");
      }
    }
  }

  private static int line(List<CSVRecord> asked, String event) {
    return 2 + asked.stream().map(row -> row.get("eventId")).toList().indexOf(event);
  }

  private static double probability(CSVRecord row) {
    return Double.parseDouble(row.get("probability"));
  }

  private static List<CSVRecord> rows(Path file) throws IOException {
    try (var in = Files.newBufferedReader(file);
        CSVParser rows =
            CSVParser.parse(
                in, CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())) {
      return rows.getRecords();
    }
  }

  /** In the console, which asks response-api; null takes it back. */
  private void say(String event, @Nullable String label) throws IOException {
    String said = label == null ? "null" : "\"" + label + "\"";
    URI url = URI.create(stack.settings().responsesUrl() + "/v1/labels");
    String body = "{\"eventId\":\"%s\",\"label\":%s}".formatted(event, said);
    assertThat(
            BoundedHttp.send(
                    authorized(url)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode())
        .isEqualTo(200);
    Eventually.holds(
        "it is known",
        () ->
            BoundedHttp.send(authorized(url)).body().contains("\"" + event + "\"")
                == (label != null));
  }

  private static HttpRequest.Builder authorized(URI url) {
    return HttpRequest.newBuilder(url).header("Authorization", "Bearer " + LocalKeys.SECRET);
  }

  private Map<String, String> environment() {
    return Map.of(
        "ATTUNE_LABELS", kept.toString(), "ATTUNE_MODELS_DIR", folder.resolve("models").toString());
  }

  private List<String> run(String... arguments) {
    return AttuneCommand.printed(stack.settings(), environment(), arguments);
  }
}
