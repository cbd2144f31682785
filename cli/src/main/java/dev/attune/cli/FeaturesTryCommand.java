package dev.attune.cli;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.Disposition;
import dev.attune.core.yaml.Problems;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.UserFault;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import dev.attune.training.features.FeatureSummary;
import dev.attune.training.features.FeatureTrial;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts features from past events, without a stack. */
@Command(
    name = "try",
    description = {
      "Counts a playbook's features from past events and shows their values: event by event for",
      "one user, or for all users as of their newest events. Needs no stack. Nothing is sent or",
      "changed."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class FeaturesTryCommand implements Callable<Integer> {
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  @Mixin private final EventsParameter events = new EventsParameter();

  @Option(
      names = "--user",
      paramLabel = "ID",
      description = "Show what each event of this user changed.")
  private @Nullable String user;

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      description = "Show only this feature; may be given several times.")
  private List<String> wanted = List.of();

  @Option(
      names = "--playbook",
      paramLabel = "DIR",
      description = "The folder with the features; $ATTUNE_PLAYBOOK, else playbooks/support.")
  private @Nullable Path folder;

  private final Terminal screen = Terminal.standard();

  @Override
  public Integer call() {
    Playbook playbook = PlaybookFolders.playbook(folder);
    wanted.forEach(name -> mustExist(name, playbook));
    FeatureTrial trial = new FeatureTrial(playbook);
    if (user == null) {
      try (TerminalProgress progress = new TerminalProgress()) {
        progress.phase("counting features", 0);
        PastEvents.read(events.source(), TimeRange.ALL, progress, trial::accept);
      }
      summaries(trial);
    } else {
      follow(user, trial);
    }
    return 0;
  }

  private static void mustExist(String name, Playbook playbook) {
    List<String> names = playbook.features().columns().stream().map(FeatureColumn::name).toList();
    if (!names.contains(name)) {
      throw new UserFault(
          "No feature is called `%s`%s.".formatted(name, Problems.suggestion(name, names)));
    }
  }

  private boolean shown(String feature) {
    return wanted.isEmpty() || wanted.contains(feature);
  }

  private void follow(String userId, FeatureTrial trial) {
    long[] seen = {0};
    try (TerminalProgress progress = new TerminalProgress()) {
      PastEvents.read(
          events.source(),
          TimeRange.ALL,
          progress,
          event -> {
            if (event.getUserId().equals(userId)) {
              seen[0]++;
              effect(event, trial.accept(event));
            }
          });
    }
    if (seen[0] == 0) {
      throw new UserFault(
          "No event of user %s is in %s.".formatted(userId, events.source().place()));
    }
  }

  private void effect(InteractionEvent event, FeatureTrial.Effect effect) {
    String not =
        effect.disposition() == Disposition.COUNTED
            ? ""
            : "  (not counted: %s)"
                .formatted(effect.disposition().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    screen.line("%s  %s%s", Instant.ofEpochMilli(event.getOccurredAt()), event.getType(), not);
    for (FeatureTrial.Change change : effect.changes()) {
      if (shown(change.feature())) {
        screen.line(
            "    %-28s %s → %s", change.feature(), value(change.before()), value(change.after()));
      }
    }
  }

  private void summaries(FeatureTrial trial) {
    screen.line(
        "%,d events of %,d users; each user's features as of the newest event",
        trial.events(), trial.users());
    screen.line(
        "  %-28s %8s %10s %10s %10s %10s", "feature", "unknown", "least", "median", "p90", "most");
    trial.summaries().stream().filter(s -> shown(s.feature())).forEach(this::summary);
  }

  private void summary(FeatureSummary summary) {
    String unknown = "%.0f %%".formatted(100 * summary.missing());
    switch (summary) {
      case FeatureSummary.Numbers n ->
          screen.line(
              "  %-28s %8s %10s %10s %10s %10s",
              n.feature(),
              unknown,
              number(n.least()),
              number(n.median()),
              number(n.p90()),
              number(n.most()));
      case FeatureSummary.Categories c ->
          screen.line("  %-28s %8s %s", c.feature(), unknown, most(c));
    }
  }

  private static String most(FeatureSummary.Categories c) {
    return c.mostFrequent() == null
        ? ""
        : "%,d values, most often %s (%.0f %%)"
            .formatted(c.different(), c.mostFrequent(), 100 * c.share());
  }

  private static String value(@Nullable Object value) {
    return switch (value) {
      case null -> "unknown";
      case Number number -> number(number.doubleValue());
      default -> value.toString();
    };
  }

  /** Four digits at most, whole numbers as they are. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    return value == Math.rint(value)
        ? exact.setScale(0, RoundingMode.UNNECESSARY).toPlainString()
        : exact.round(FOUR_DIGITS).stripTrailingZeros().toPlainString();
  }
}
