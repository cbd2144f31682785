package dev.attune.training.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.importing.Importer.Skipped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {
  private static final String MAPPING =
      """
      inputs:
        - name: tickets
          key: id
          keep: [user]
          skip:
            - {reason: spam, when: 'row.spam == "1"'}
          events:
            - type: message_sent
              eventId: "t{id}-m"
              userId: "{user}"
              occurredAt: "{at}"
              locale: "{lang}"
              message_sent: {text: "{title}\\n{text}"}
            - type: issue_opened
              eventId: "t{id}-o"
              userId: "{user}"
              occurredAt: "{at}"
              plus: 1s
              issue_opened: {issueId: "{id}", category: "{topic}"}
        - name: answers
          format: jsonl
          times: epoch_seconds
          join: {ticket: {input: tickets, on: ticket.id}}
          events:
            - type: agent_replied
              when: 'row.by == "agent"'
              eventId: "a{id}"
              userId: "{ticket.user}"
              occurredAt: "{at}"
              agent_replied: {responseSeconds: "{wait}", automated: "{bot}"}
      """;

  private static final String TICKETS =
      """
      id,user,at,lang,topic,spam,title,text
      1,ann,2026-01-01T00:00:10Z,en-US,login,0,Help,"I can't, really, log in"
      2,bob,2026-01-01T00:00:05Z,,,0,Hola,texto
      3,eve,2026-01-01T00:00:01Z,en,junk,1,Buy,now
      4,dan,not a time,en,junk,0,x,y
      5,,2026-01-01T00:00:02Z,en,junk,0,x,y
      """;

  private static final String ANSWERS =
      """
      {"id":7,"ticket":{"id":1},"by":"agent","at":1767225617,"wait":7.5,"bot":true}
      {"id":8,"ticket":{"id":2},"by":"customer","at":1767225618}
      {"id":9,"ticket":{"id":3},"by":"agent","at":1767225619}
      """;

  @TempDir private Path dir;

  @Test
  void rowsBecomeEventsInOrderOfTime() throws IOException {
    run(MAPPING);

    assertThat(Files.readAllLines(dir.resolve("events.jsonl")))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("t2-m", "\"bob\"", "Hola\\ntexto")
                    .doesNotContain("locale"),
            line -> assertThat(line).contains("t2-o").doesNotContain("category"),
            line -> assertThat(line).contains("t1-m", "I can't, really, log in", "en-US"),
            line -> assertThat(line).contains("t1-o", "2026-01-01T00:00:11", "login"),
            line -> assertThat(line).contains("a7", "\"ann\"", "\"responseSeconds\":7.5", "true"));
  }

  @Test
  void whatIsLeftOutIsCountedByReason() throws IOException {
    Importer.Report report = run(MAPPING);

    assertThat(report.rows()).containsOnly(entry("tickets", 5L), entry("answers", 3L));
    assertThat(report.events())
        .isEqualTo(Map.of("message_sent", 2L, "issue_opened", 2L, "agent_replied", 1L));
    assertThat(report.skipped().get("tickets"))
        .containsEntry("spam", new Skipped(1, 3))
        .containsEntry("message_sent refused, no time that can be read", new Skipped(1, 4))
        .containsEntry("message_sent refused, userId: required", new Skipped(1, 5));
    assertThat(report.skipped().get("answers"))
        .containsOnly(
            entry("no event applies", new Skipped(1, 2)),
            entry("no row of tickets to join", new Skipped(1, 3)));
  }

  @Test
  void gzipIsRecognizedByItsContent() throws IOException {
    Importer.Report plain = run(MAPPING);
    byte[] tickets = Files.readAllBytes(dir.resolve("tickets.csv"));
    try (var out = new GZIPOutputStream(Files.newOutputStream(dir.resolve("tickets.csv")))) {
      out.write(tickets);
    }

    assertThat(importAll()).isEqualTo(plain);
  }

  /** As spreadsheets write it. */
  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumn() throws IOException {
    Importer.Report plain = run(MAPPING);
    for (String file : List.of("tickets.csv", "answers.jsonl")) {
      Path path = dir.resolve(file);
      Files.writeString(path, "\uFEFF" + Files.readString(path));
    }

    assertThat(importAll()).isEqualTo(plain);
  }

  @Test
  void columnsThatTheHeaderLacksAreNamed() {
    String mistyped =
        MAPPING
            .replace("key: id", "key: ID")
            .replace("userId: \"{user}\"", "userId: \"{usr}\"")
            .replace("{title}", "{subject}");

    assertThatThrownBy(() -> run(mistyped))
        .isInstanceOf(UserFault.class)
        .hasMessage(
            "%s has no columns ID, usr, subject, which the mapping needs. It has id, user, at, lang, topic, spam, title, text."
                .formatted(dir.resolve("tickets.csv")));
  }

  @Test
  void columnsThatAJoinedInputDoesNotKeepAreNamed() {
    assertThatThrownBy(() -> run(MAPPING.replace("{ticket.user}", "{ticket.usr}")))
        .isInstanceOf(PlaybookException.class)
        .hasMessageContaining("`{ticket.usr}` needs `usr` in `keep` of the input `tickets`");
  }

  @Test
  void mistakesInTheMappingAreNamedWithTheirLines() {
    String broken =
        """
        inputs:
          - name: tickets
            events:
              - type: message_sent
                eventid: "{id}"
                userId: "{question.user}"
                occurredAt: "{at}"
        """;

    assertThatThrownBy(() -> run(broken))
        .isInstanceOf(PlaybookException.class)
        .hasMessageContaining("unknown key `eventid` (did you mean `eventId`?)")
        .hasMessageContaining("`{question.user}` needs a join called `question`")
        .hasMessageContaining("an event needs `eventId`");
  }

  /** Each line is a run of its own on disk. */
  @Test
  void whatMemoryDoesNotHoldIsSortedOnDisk() throws IOException {
    run(MAPPING);
    List<String> all = Files.readAllLines(dir.resolve("events.jsonl"));

    Importer.run(
        dir.resolve("import.yaml"),
        List.of(dir.resolve("tickets.csv"), dir.resolve("answers.jsonl")),
        dir.resolve("events.jsonl"),
        Long.MAX_VALUE,
        1,
        Progress.SILENT);

    assertThat(Files.readAllLines(dir.resolve("events.jsonl"))).isEqualTo(all);
    try (var files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("import.yaml", "tickets.csv", "answers.jsonl", "events.jsonl");
    }
  }

  @Test
  void aCheckTakesTheFirstRowsAndWritesNothing() throws IOException {
    Files.writeString(dir.resolve("import.yaml"), LOG);
    StringBuilder log = new StringBuilder("id,user,at,text\n");
    for (int i = 0; i < 3000; i++) {
      log.append(i).append(",ann,01.03.2026 10:00,hello\n");
    }
    Files.writeString(dir.resolve("log.csv"), log);
    List<String> events = new ArrayList<>();

    Importer.Report report =
        Importer.check(
            dir.resolve("import.yaml"),
            List.of(dir.resolve("log.csv")),
            events::add,
            Progress.SILENT);

    assertThat(report.rows()).containsOnly(entry("log", 1000L));
    assertThat(events).hasSize(1000).first().asString().contains("\"hello\"");
    assertThat(dir.resolve("events.jsonl")).doesNotExist();
  }

  private static final String LOG =
      """
      sessions: {gap: 30m}
      inputs:
        - name: log
          times: {pattern: dd.MM.yyyy HH:mm, zone: Europe/Berlin}
          events:
            - type: message_sent
              eventId: "m{id}"
              userId: "{user}"
              occurredAt: "{at}"
              message_sent: {text: "{text}"}
      """;

  @Test
  void localTimesHaveAZone() throws IOException {
    assertThat(log("1,ann,01.07.2026 10:00,summer", "2,ann,01.12.2026 10:00,winter"))
        .satisfiesExactly(
            line -> assertThat(line).contains("2026-07-01T08:00:00"),
            line -> assertThat(line).contains("2026-12-01T09:00:00"));
    assertThat(log("1,ann,25.10.2026 02:30,the first of two"))
        .singleElement()
        .asString()
        .contains("2026-10-25T00:30:00");
    assertThat(log("1,ann,2026-07-01 10:00,another pattern")).isEmpty();
  }

  @Test
  void aPauseBeginsAnotherSession() throws IOException {
    List<String> sessions =
        log(
                "3,ann,01.07.2026 10:29,b",
                "1,ann,01.07.2026 10:00,a",
                "2,bob,01.07.2026 10:10,x",
                "4,ann,01.07.2026 11:00,c")
            .stream()
            .map(line -> line.replaceAll(".*\"sessionId\":\"([^\"]+)\".*", "$1"))
            .toList();

    assertThat(sessions.get(0)).isEqualTo(sessions.get(2)).matches("[0-9a-f]{16}");
    assertThat(sessions.get(1)).isNotEqualTo(sessions.get(0));
    assertThat(sessions.get(3)).isNotEqualTo(sessions.get(0)).isNotEqualTo(sessions.get(1));
  }

  @Test
  void whatPeopleWroteIsMaskedAsAtTheGatewayAndIdsAreNot() throws IOException {
    String row = "1,ann@example.com,01.07.2026 10:00,write to ann@example.com";

    assertThat(log(row))
        .singleElement()
        .asString()
        .contains("write to [email]", "\"ann@example.com\"");
    assertThat(log("mask: false\n" + LOG, row))
        .singleElement()
        .asString()
        .contains("write to ann@example.com");
  }

  @Test
  void rowsMayBeAListInADocument() throws IOException {
    String json = LOG.replace("name: log", "name: log\n    format: json\n    at: export.rows");
    Files.writeString(dir.resolve("import.yaml"), json);
    Files.writeString(
        dir.resolve("log.json"),
        """
        {"skipped": [{"id": 0}], "export": {"by": "me", "rows": [
          {"id": 1, "user": "ann", "at": "01.07.2026 10:00", "text": "first"},
          {"id": 2, "user": "bob", "at": "01.07.2026 10:01", "text": "second"}]}}
        """);

    Importer.Report report = importLog("log.json");

    assertThat(report.written()).isEqualTo(2);
    Files.writeString(dir.resolve("log.json"), "{\"export\": {\"rows\": 7}}");
    assertThatThrownBy(() -> importLog("log.json"))
        .isInstanceOf(UserFault.class)
        .hasMessageEndingWith("log.json can't be read as json.");
  }

  @Test
  void aTimeThatCannotBeReadIsAMistakeOfTheMapping() {
    assertThatThrownBy(() -> log(LOG.replace("Europe/Berlin", "Europe/Berlni")))
        .hasMessageContaining("`Europe/Berlni` is no time zone, such as Europe/Berlin");
    assertThatThrownBy(() -> log(LOG.replace("dd.MM.yyyy", "dd.MM.yyyy bogus")))
        .hasMessageContaining("is no pattern of times");
  }

  private List<String> log(String... rows) throws IOException {
    boolean own = rows.length > 0 && rows[0].contains("inputs:");
    Files.writeString(dir.resolve("import.yaml"), own ? rows[0] : LOG);
    List<String> lines = new ArrayList<>(List.of("id,user,at,text"));
    lines.addAll(List.of(rows).subList(own ? 1 : 0, rows.length));
    Files.write(dir.resolve("log.csv"), lines);
    var unused = importLog("log.csv");
    return Files.readAllLines(dir.resolve("events.jsonl"));
  }

  private Importer.Report importLog(String file) {
    return Importer.run(
        dir.resolve("import.yaml"),
        List.of(dir.resolve(file)),
        dir.resolve("events.jsonl"),
        Progress.SILENT);
  }

  @Test
  void missingInputsAreNamed() throws IOException {
    Path mapping = Files.writeString(dir.resolve("import.yaml"), MAPPING);
    List<Path> one = List.of(dir.resolve("nowhere.csv"));

    assertThatThrownBy(() -> Importer.run(mapping, one, dir.resolve("o"), Progress.SILENT))
        .isInstanceOf(UserFault.class)
        .hasMessage("import.yaml describes 2 inputs (tickets, answers); 1 were given.");
  }

  private Importer.Report run(String mapping) throws IOException {
    Files.writeString(dir.resolve("import.yaml"), mapping);
    Files.writeString(dir.resolve("tickets.csv"), TICKETS, StandardCharsets.UTF_8);
    Files.writeString(dir.resolve("answers.jsonl"), ANSWERS);
    return importAll();
  }

  private Importer.Report importAll() {
    return Importer.run(
        dir.resolve("import.yaml"),
        List.of(dir.resolve("tickets.csv"), dir.resolve("answers.jsonl")),
        dir.resolve("events.jsonl"),
        Progress.SILENT);
  }
}
