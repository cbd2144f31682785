package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.schemas.json.Rfc3339;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether something happens within a week. It is seen within minutes when it does, and only after
 * the week when it doesn't: who takes both as they come has too many that did.
 */
class InTimeLabelsTest {
  private static final long HOUR = 3_600_000;
  private static final int VISITS = 1000;
  private static final int WITHIN_HOURS = 7 * 24;

  @TempDir private Path dir;
  private Playbook playbook;
  private Path events;

  @BeforeEach
  void shop() throws IOException {
    playbook =
        SmallShop.playbook(
            dir.resolve("shop"),
            training ->
                training.replaceFirst(
                    "(?m)^label: .*$",
                    "label: {yes: issue_resolved, for: message_sent, within: 7d, min_rows: 5}"));
    events = dir.resolve("events.jsonl");
    write(VISITS);
  }

  /** One each hour of somebody new, with two messages; every second one's issue is resolved. */
  private void write(int visits) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < visits; i++) {
      long at = SmallShop.START + i * HOUR;
      lines.add(event(i, "message_sent", at, "{\"text\":\"hello\"}"));
      lines.add(event(i, "message_sent", at + 1, "{\"text\":\"again\"}"));
      if (i % 2 == 0) {
        lines.add(event(i, "issue_resolved", at + 60_000, "{\"issueId\":\"i\"}"));
      }
    }
    Files.write(events, lines);
  }

  private static String event(int visit, String type, long at, String detail) {
    return "{\"eventId\":\"%s\",\"type\":\"%s\",\"userId\":\"u%d\",\"occurredAt\":\"%s\",\"%s\":%s}"
        .formatted(at, type, visit, Rfc3339.format(at), type, detail);
  }

  @Test
  void rowsWhoseTimeIsNotOverAreLeftOutWhateverTheirLabel() {
    List<Example> examples = Labeller.read(past(), event -> {}, Progress.SILENT).examples();

    assertThat(yes(examples)).isCloseTo(0.5, within(0.01));
    assertThat(examples)
        .hasSize(2 * (VISITS - WITHIN_HOURS) - 1)
        .allMatch(e -> e.time() <= SmallShop.START + (VISITS - 1L - WITHIN_HOURS) * HOUR);
  }

  @Test
  void neitherSideOfTheSplitHasTooManyThatHappened() {
    TimeSplit split =
        TimeSplit.of(Labeller.read(past(), event -> {}, Progress.SILENT).examples(), 0.25);

    assertThat(yes(split.newer())).isCloseTo(0.5, within(0.01));
    assertThat(yes(split.older())).isCloseTo(0.5, within(0.01));
    long moment = split.newer().getFirst().time();
    assertThat(split.older()).allMatch(e -> e.time() < moment - WITHIN_HOURS * HOUR);
  }

  @Test
  void whatHappenedSinceAMomentIsJudgedOnceItsTimeIsOver() {
    long moment = SmallShop.START + 500 * HOUR;

    List<Example> since = Labeller.since(past(), moment, 10_000, Progress.SILENT);

    assertThat(since).hasSizeGreaterThan(600);
    assertThat(yes(since)).isCloseTo(0.5, within(0.01));
    assertThat(
            Labeller.since(
                past(), SmallShop.START + (VISITS - 100) * HOUR, 10_000, Progress.SILENT))
        .isEmpty();
  }

  /** Else a leak would be judged by more independent rows than there are. */
  @Test
  void rowsOfOneEventStayOneTelling() {
    List<Example> examples = Labeller.read(past(), event -> {}, Progress.SILENT).examples();

    List<Example> dealt = LeakageCheck.dealtAmong(examples);

    assertThat(dealt).isNotEqualTo(examples);
    for (int i = 0; i < dealt.size(); i += 2) {
      if (examples.get(i).label().equals("yes")) {
        assertThat(dealt.get(i).label()).isEqualTo(dealt.get(i + 1).label());
      }
    }
  }

  @Test
  void whenNoLabelWasKnownBeforeTheHeldOutRowsTrainingSaysSo() throws Exception {
    write(10 * 24);
    var request =
        new Trainer.Request(
            events,
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            new ModelRegistry(dir.resolve("models")),
            Instant.parse("2026-03-04T10:00:00Z"));

    assertThatThrownBy(() -> Trainer.train(request, Progress.SILENT))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("`within`");
  }

  private Labeller.Past past() {
    return new Labeller.Past(
        playbook, EventSource.of(events), TimeRange.ALL, ErasedUsers.none(), PersonLabels.none());
  }

  private static double yes(List<Example> examples) {
    return examples.stream().filter(e -> e.label().equals("yes")).count()
        / (double) examples.size();
  }
}
