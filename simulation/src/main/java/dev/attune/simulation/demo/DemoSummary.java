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
    rows("freshness", freshness());
    row("replies", replies());
    row("intent", intent());
    rows("experiment", experiment());
    Contrast pair = counts.contrast();
    if (pair != null) {
      rows("same words", contrast(pair));
    }
    screen.line("");
  }

  private void rows(String name, List<String> texts) {
    row(name, texts.getFirst());
    texts.stream().skip(1).forEach(text -> row("", text));
  }

  private void row(String name, String text) {
    screen.line("  %-12s%s".formatted(name, text));
  }

  private String events() {
    return "%,d sent, %,d accepted, %,d rejected"
        .formatted(counts.sent.sum(), counts.accepted.sum(), counts.rejected.sum());
  }

  private List<String> freshness() {
    List<String> lines = new ArrayList<>();
    DemoCounts.Freshness warm = counts.freshness();
    if (warm.count() > 0) {
      lines.add(
          format(
              "p50 %.0f ms, p99 %.0f ms from sending an event to reading the prediction with it"
                  + " (%,d looked at)",
              warm.p50(), warm.p99(), warm.count()));
    }
    DemoCounts.Freshness warming = counts.freshnessWhileWarming();
    if (warming.count() == 0) {
      return lines.isEmpty() ? List.of("no prediction was read") : lines;
    }
    lines.add(
        format(
            "p50 %.0f ms, p99 %.0f ms in the first %d s, while the services warm up",
            warming.p50(), warming.p99(), DemoCounts.WARM_UP.toSeconds()));
    return lines;
  }

  private String replies() {
    return format(
        "%,d: personalized %.0f %% in the treatment arm, %.0f %% in the control arm, by design",
        counts.personalized.count(),
        100 * counts.personalizedShare("treatment"),
        100 * counts.personalizedShare("control"));
  }

  private String intent() {
    return format(
        "right: %.0f %% when the chat opens (%,d), %.0f %% after a message (%,d);"
            + " always the most common: %.0f %%",
        100 * counts.rightAtGreeting.share(),
        counts.rightAtGreeting.count(),
        100 * counts.rightAfterMessage.share(),
        counts.rightAfterMessage.count(),
        100 * counts.majorityAccuracy());
  }

  private List<String> contrast(Contrast pair) {
    List<String> lines = new ArrayList<>();
    lines.add("“" + pair.message() + "”, from two customers:");
    for (Contrast.Side side : pair.sides()) {
      lines.add(format("looked at %s → %s", String.join(", ", side.pages()), side.prediction()));
      lines.add("  " + side.reply().text().replaceAll("\\s+", " "));
    }
    return lines;
  }

  private List<String> experiment() {
    Optional<ArmComparison> comparison = ArmComparison.of(counts.outcomes());
    if (comparison.isEmpty()) {
      return List.of("none ran");
    }
    List<String> lines = new ArrayList<>();
    lines.add(comparison.get().experiment() + ": visits settled by the bot alone");
    for (Arm arm : comparison.get().arms()) {
      lines.add(
          format("%-12s %3.0f %% (%d customers)", arm.name(), 100 * arm.share(), arm.customers()));
    }
    lines.add(
        comparison
            .get()
            .difference()
            .map(DemoSummary::difference)
            .orElse(
                "too few customers per arm for an interval (%d are needed)"
                    .formatted(ArmComparison.ENOUGH)));
    comparison.get().difference().ifPresent(d -> lines.add(truth(d)));
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
