package dev.attune.training.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        .containsEntry("spam", 1L)
        .containsEntry("message_sent refused, no time that can be read", 1L)
        .containsEntry("message_sent refused, userId: required", 1L);
    assertThat(report.skipped().get("answers"))
        .containsOnly(entry("no event applies", 1L), entry("no row of tickets to join", 1L));
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
