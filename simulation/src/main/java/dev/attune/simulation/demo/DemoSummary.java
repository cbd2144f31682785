package dev.attune.simulation.demo;

import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.demo.ArmComparison.Arm;
import dev.attune.simulation.demo.ArmComparison.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The demo's figures, to be read in ten seconds. */
final class DemoSummary {
  private final Terminal screen;
  private final DemoCounts counts;
  private final TrueEffect effect;

  DemoSummary(Terminal screen, DemoCounts counts, TrueEffect effect) {
    this.screen = screen;
    this.counts = counts;
    this.effect = effect;
  }

  void print() {
    screen.line("");
    screen.line("  " + screen.bold("Summary") + screen.dim("  simulated customers, real pipeline"));
    screen.line("");
    row("events", events());
    row("freshness", freshness());
    row("replies", replies());
    row("intent", intent());
    experiment().forEach(line -> row(line.isFirst() ? "experiment" : "", line.text()));
    screen.line("");
  }

  private record Line(boolean isFirst, String text) {}

  private void row(String name, String text) {
    screen.line("  %-12s%s".formatted(name, text));
  }

  private String events() {
    return "%,d sent, %,d accepted, %,d rejected"
        .formatted(counts.sent.sum(), counts.accepted.sum(), counts.rejected.sum());
  }

  private String freshness() {
    if (counts.freshnessCount() == 0) {
      return "no prediction was read";
    }
    return format(
        "p50 %.0f ms, p99 %.0f ms from sending an event to reading the prediction with it (%,d looked at)",
        counts.freshnessMillis(50), counts.freshnessMillis(99), counts.freshnessCount());
  }

  private String replies() {
    return format(
        "%,d, personalized %.0f %%", counts.replies.sum(), 100 * counts.personalizedShare());
  }

  private String intent() {
    return format(
        "%.0f %% right of %,d predictions after a message; always the most common: %.0f %%",
        100 * counts.intentAccuracy(), counts.predicted.sum(), 100 * counts.majorityAccuracy());
  }

  private List<Line> experiment() {
    Optional<ArmComparison> comparison = ArmComparison.of(counts.outcomes());
    if (comparison.isEmpty()) {
      return List.of(new Line(true, "none ran"));
    }
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(true, comparison.get().experiment() + ": visits settled by the bot alone"));
    for (Arm arm : comparison.get().arms()) {
      lines.add(
          new Line(
              false,
              format(
                  "%-12s %3.0f %% (%d customers)",
                  arm.name(), 100 * arm.share(), arm.customers())));
    }
    lines.add(
        new Line(
            false,
            comparison
                .get()
                .difference()
                .map(DemoSummary::difference)
                .orElse(
                    "too few customers an arm for an interval (%d are needed)"
                        .formatted(ArmComparison.ENOUGH))));
    comparison.get().difference().ifPresent(d -> lines.add(new Line(false, truth(d))));
    return lines;
  }

  private static String difference(Difference difference) {
    return format(
        "%s − %s: %+.0f points, 95 %% interval %+.0f to %+.0f, valid at any look%s",
        difference.of().name(),
        difference.against().name(),
        100 * difference.value(),
        100 * difference.interval().low(),
        100 * difference.interval().high(),
        difference.isClear() ? "" : " (could be chance)");
  }

  private String truth(Difference difference) {
    double truth = counts.trueEffect(effect);
    return format(
        "the simulator's true effect: %+.0f points, %s the interval",
        100 * truth, difference.interval().contains(truth) ? "inside" : "outside");
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
