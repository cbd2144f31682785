package dev.attune.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.cli.replay.LabelFinder.Row;
import dev.attune.core.scoring.LabelRule;
import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.training.events.FileEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelFinderTest {
  private final LabelFinder labels =
      new LabelFinder(
          new Label(
              new LabelRule.NextValue("issue_opened", "category"),
              List.of("message_sent"),
              Duration.ofMinutes(30),
              5,
              List.of()));

  @Test
  void takesTheFirstLabelAfterAMessage() {
    FileEvent first = message("10:00");
    FileEvent second = message("10:05");

    var rows = labels.of(List.of(first, second, issue("10:06", "refund"), issue("10:07", "other")));

    assertThat(rows)
        .containsEntry(first, new Row("refund", null))
        .containsEntry(second, new Row("refund", null));
  }

  @Test
  void leavesOutAMessageWhoseLabelComesTooLate() {
    assertThat(labels.of(List.of(message("10:00"), issue("10:31", "refund")))).isEmpty();
  }

  @Test
  void remembersTheLabelBefore() {
    FileEvent message = message("11:00");

    var rows = labels.of(List.of(issue("10:00", "refund"), message, issue("11:01", "payment")));

    assertThat(rows).containsEntry(message, new Row("payment", "refund"));
  }

  private static FileEvent message(String time) {
    return event(time, "message_sent", "{\"text\":\"hello\"}");
  }

  private static FileEvent issue(String time, String category) {
    return event(
        time, "issue_opened", "{\"issueId\":\"i\",\"category\":\"%s\"}".formatted(category));
  }

  private static FileEvent event(String time, String type, String detail) {
    String line =
        "{\"eventId\":\"%s-%s\",\"type\":\"%s\",\"userId\":\"u\",\"occurredAt\":\"2026-01-02T%s:00Z\",\"%s\":%s}"
            .formatted(type, time, type, time, type, detail);
    return new FileEvent(
        1, line, ((ParsedEvent.Valid) EventJson.standard().readLine(line)).event());
  }
}
