package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.VersionReplay.Figures;
import dev.attune.training.train.VersionReplay.Period;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop that renames a topic: the version trained before it says so, one trained after doesn't.
 */
class VersionReplayTest {
  private static final int DAYS = 60;
  private static final int RENAMED = 35;
  private static final Duration PERIOD = Duration.ofDays(5);

  @TempDir private Path dir;
  private Playbook playbook;
  private Path events;
  private ModelRegistry registry;

  @BeforeEach
  void shop() throws IOException {
    playbook = Playbook.load(SmallShop.playbook(dir.resolve("shop")));
    events = SmallShop.events(dir.resolve("events.jsonl"), DAYS * 24);
    registry = new ModelRegistry(dir.resolve("models"));
    String renamed = Instant.ofEpochMilli(day(RENAMED)).toString();
    List<String> lines =
        Files.readAllLines(events).stream()
            .map(line -> time(line).compareTo(renamed) < 0 ? line : renamed(line))
            .toList();
    Files.write(events, lines);
  }

  private static String time(String line) {
    int at = line.indexOf("occurredAt") + "occurredAt\":\"".length();
    return line.substring(at, at + 20);
  }

  private static String renamed(String line) {
    return line.replace("\"category\":\"refund\"", "\"category\":\"returns\"");
  }

  private static long day(int number) {
    return SmallShop.START + Duration.ofDays(number).toMillis();
  }

  @Test
  void theFirstPeriodAfterTheRenamingRaisesTheAlarm() throws Exception {
    ModelBundle before = train(0, 25);

    List<Period> periods = replay(25, before);

    for (Period period : periods) {
      Figures of = period.versions().getFirst();
      if (period.from().toEpochMilli() < day(RENAMED)) {
        assertThat(of.unknown()).as("%s", period).isZero();
        assertThat(of.top1()).as("%s", period).isGreaterThan(0.8);
        assertThat(of.says()).as("%s", period).noneMatch(alarm -> alarm.contains("labels"));
        assertThat(of.says()).as("%s", period).noneMatch(alarm -> alarm.contains("right in"));
      } else {
        assertThat(of.unknown()).as("%s", period).isBetween(0.2, 0.5);
        assertThat(of.top1()).as("%s", period).isLessThan(0.75);
        assertThat(of.says())
            .as("%s", period)
            .anyMatch(alarm -> alarm.startsWith("labels drifted"))
            .anyMatch(alarm -> alarm.startsWith("right in"));
      }
    }
  }

  @Test
  void trainingAnewRecovers() throws Exception {
    ModelBundle before = train(0, 25);
    ModelBundle after = train(RENAMED, RENAMED + 10);

    List<Period> periods = replay(RENAMED + 10, before, after);

    assertThat(periods)
        .allSatisfy(
            period -> {
              Figures old = period.versions().get(0);
              Figures anew = period.versions().get(1);
              assertThat(anew.top1()).isGreaterThan(old.top1() + old.margin());
              assertThat(anew.unknown()).isZero();
              assertThat(anew.says()).noneMatch(alarm -> alarm.contains("labels"));
            });
    assertThat(ReplayPage.of("shop", List.of(before, after), periods))
        .contains(before.manifest().version(), after.manifest().version(), "labels drifted")
        .contains("polyline")
        .doesNotContain("http://", "https://", "{{");
  }

  @Test
  void whatAVersionHasLearnedFromIsSaidAndRaisesNoFirstAlarm() throws Exception {
    ModelBundle version = train(0, RENAMED + 10);

    List<Period> periods = replay(RENAMED, version, train(RENAMED + 10, DAYS));

    assertThat(periods)
        .extracting(period -> period.versions().getFirst().learned())
        .containsExactly(true, true, false, false, false);
    assertThat(periods)
        .as("of the second one nothing is said before its time")
        .extracting(period -> period.versions().size())
        .containsExactly(1, 1, 2, 2, 2);
    assertThat(ReplayPage.of("shop", List.of(version), periods)).contains("(learned from it)");
  }

  @Test
  void aStretchWithoutRowsIsRefused() throws Exception {
    ModelBundle version = train(0, 25);

    assertThatThrownBy(() -> replay(DAYS + 1, version))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("labelled rows");
  }

  private ModelBundle train(int from, int to) throws ModelException {
    Trainer.Result result =
        Trainer.train(
            new Trainer.Request(
                EventSource.of(events),
                playbook,
                day(from),
                day(to),
                registry,
                Instant.ofEpochMilli(day(DAYS)),
                ErasedUsers.none(),
                PersonLabels.none(),
                null,
                false),
            Progress.SILENT);
    return ModelBundle.load(result.dir());
  }

  private List<Period> replay(int from, ModelBundle... versions) {
    return VersionReplay.run(
        new VersionReplay.Request(
            EventSource.of(events),
            playbook,
            new TimeRange(day(from), Long.MAX_VALUE),
            List.of(versions),
            PERIOD,
            ErasedUsers.none(),
            PersonLabels.none()),
        Progress.SILENT);
  }
}
