package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.VersionReplay.Alarm;
import dev.attune.training.train.VersionReplay.Figures;
import dev.attune.training.train.VersionReplay.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether a version's labels mean something else by now: topics were renamed, split or merged.
 * Features don't show this, since users write as they did.
 *
 * <p>It has drifted when the labels of the newest rows differ from those of its training and, on
 * the same rows, it is surely right less often. Each alone also comes without any fault of the
 * version: labels of a season, or accuracy that was promised a little too high.
 */
public final class LabelDrift {
  /** Enough rows for an index where a hundred come in a week; a renaming shows within days. */
  private static final Duration WINDOW = Duration.ofDays(14);

  /** Enough for an interval, and little beside what training holds. */
  private static final int MOST_ROWS = 20_000;

  private LabelDrift() {}

  /**
   * @param events all that happened, since features count what was before
   * @param live the version
   * @param people what they said of messages
   */
  public record Request(
      EventSource events,
      Playbook playbook,
      ModelBundle live,
      Instant now,
      ErasedUsers erased,
      PersonLabels people) {}

  /**
   * @param says why, with the figures, as a sentence's middle
   */
  public record Finding(boolean isDrift, String says) {}

  /** What the newest rows say, of those that the version has not learned from. */
  public static Finding of(Request request, Progress progress) {
    if (request.playbook().training().label() == null) {
      return new Finding(false, "the playbook learns no label");
    }
    if (request.live().manifest().remote() != null) {
      return new Finding(false, "it is a model on another server, which can't be replayed");
    }
    long learnedTo = LiveComparison.millis(request.live().manifest().data().to());
    long from = Math.max(request.now().minus(WINDOW).toEpochMilli(), learnedTo + 1);
    String since = Instant.ofEpochMilli(from).toString().substring(0, 10);
    List<Period> periods = replay(request, from, progress);
    if (periods.isEmpty()) {
      return new Finding(
          false,
          "too early to say: fewer than %d labelled rows since %s"
              .formatted(VersionReplay.LEAST_ROWS, since));
    }
    Period period = periods.getFirst();
    Figures figures = period.versions().getFirst();
    boolean isDrift = figures.has(Alarm.Kind.LABELS) && figures.has(Alarm.Kind.ACCURACY);
    return new Finding(
        isDrift, "of %,d rows since %s %s".formatted(period.rows(), since, says(figures)));
  }

  private static List<Period> replay(Request request, long from, Progress progress) {
    return VersionReplay.periods(
        new VersionReplay.Request(
            request.events(),
            request.playbook(),
            new TimeRange(from, request.now().toEpochMilli()),
            List.of(request.live()),
            WINDOW,
            request.erased(),
            request.people()),
        MOST_ROWS,
        progress);
  }

  private static String says(Figures figures) {
    List<String> alarms =
        figures.alarms().stream()
            .filter(alarm -> alarm.kind() != Alarm.Kind.FEATURE)
            .map(Alarm::says)
            .toList();
    String right =
        "it is right on %s%s"
            .formatted(Page.percent(figures.top1()), Page.plusMinus(100 * figures.margin(), 1));
    return alarms.isEmpty() ? right : right + ": " + String.join("; ", alarms);
  }
}
