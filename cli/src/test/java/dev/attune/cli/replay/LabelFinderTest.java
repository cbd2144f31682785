package dev.attune.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.attune.cli.replay.LabelFinder.Row;
import dev.attune.core.feature.EventSelector;
import dev.attune.core.scoring.LabelRule;
import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.training.events.FileEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelFinderTest {
  private static final long NOON = Instant.parse("2026-01-02T12:00:00Z").toEpochMilli();

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

    var rows =
        labels.of(List.of(first, second, issue("10:06", "refund"), issue("10:07", "other")), NOON);

    assertThat(rows)
        .containsEntry(first, new Row("refund", null))
        .containsEntry(second, new Row("refund", null));
  }

  @Test
  void leavesOutAMessageWhoseLabelComesTooLate() {
    assertThat(labels.of(List.of(message("10:00"), issue("10:31", "refund")), NOON)).isEmpty();
  }

  @Test
  void remembersTheLabelBefore() {
    FileEvent message = message("11:00");

    var rows =
        labels.of(List.of(issue("10:00", "refund"), message, issue("11:01", "payment")), NOON);

    assertThat(rows).containsEntry(message, new Row("payment", "refund"));
  }

  /** The user never came again; others did. */
  @Test
  void whatDidOrDidNotHappenIsALabelOnceItsTimeIsOver() {
    var inTime =
        new LabelFinder(
            new Label(
                new LabelRule.YesOrNo(
                    EventSelector.events(YamlNode.parse("", "issue_opened", new Problems())),
                    null,
                    "yes",
                    "no",
                    "issue_opened"),
                List.of("message_sent"),
                Duration.ofMinutes(30),
                5,
                List.of()));
    FileEvent asked = message("10:00");
    FileEvent silent = message("11:00");
    FileEvent askedJustNow = message("11:45");

    var rows =
        inTime.of(
            List.of(asked, issue("10:01", "a"), silent, askedJustNow, issue("11:46", "a")), NOON);

    assertThat(rows)
        .containsOnly(entry(asked, new Row("yes", null)), entry(silent, new Row("no", "yes")));
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
