package dev.attune.simulation.demo;

import dev.attune.local.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows the demo while it runs: a board painted in place, or a line every few seconds. */
final class DemoView {
  private static final Duration PLAIN_EVERY = Duration.ofSeconds(5);
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final int RATES_SHOWN = 24;

  private final Terminal screen;
  private final DemoCounts counts;
  private final Duration time;
  private final long began = System.nanoTime();
  private final Deque<Long> rates = new ArrayDeque<>();
  private long second;
  private long sentBefore;
  private long plainPrinted;

  DemoView(Terminal screen, DemoCounts counts, Duration time) {
    this.screen = screen;
    this.counts = counts;
    this.time = time;
  }

  /** Called several times a second from one thread. */
  void update() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
    if (elapsed.toSeconds() > second) {
      second = elapsed.toSeconds();
      long sent = counts.sent.sum();
      rates.addLast(sent - sentBefore);
      sentBefore = sent;
      if (rates.size() > RATES_SHOWN) {
        rates.removeFirst();
      }
    }
    if (screen.isTerminal()) {
      screen.paint(board(elapsed));
    } else if (elapsed.toSeconds() >= plainPrinted + PLAIN_EVERY.toSeconds()) {
      plainPrinted = elapsed.toSeconds();
      screen.line(plain(elapsed));
    }
  }

  private String plain(Duration elapsed) {
    return format(
        "%3d s  events %d  replies %d  personalized: treatment %.0f %%, control %.0f %%"
            + "  freshness %s  intent right: greeting %.0f %%, message %.0f %%",
        elapsed.toSeconds(),
        counts.sent.sum(),
        counts.personalized.count(),
        100 * counts.personalizedShare("treatment"),
        100 * counts.personalizedShare("control"),
        newestFreshness(),
        100 * counts.rightAtGreeting.share(),
        100 * counts.rightAfterMessage.share());
  }

  private List<String> board(Duration elapsed) {
    int width = Math.clamp(screen.columns() - 4, 40, 96);
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  " + header(elapsed, width));
    lines.add("  " + bar(elapsed, width));
    lines.add("");
    lines.add(events());
    lines.add(intents());
    lines.add("");
    lines.addAll(arms());
    Contrast contrast = counts.contrast();
    if (contrast != null) {
      lines.add("");
      lines.addAll(pair(contrast, width));
    }
    return lines;
  }

  private String header(Duration elapsed, int width) {
    String title = "Simulated customers of a shop's support bot";
    String clock =
        elapsed.compareTo(time) < 0
            ? clock(elapsed) + " of " + clock(time)
            : "visits are coming to their end";
    int gap = Math.max(2, width - title.length() - clock.length());
    return screen.bold(title) + " ".repeat(gap) + screen.dim(clock);
  }

  private static String clock(Duration time) {
    return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }

  private String bar(Duration elapsed, int width) {
    double done = Math.min(1, (double) elapsed.toMillis() / Math.max(1, time.toMillis()));
    int full = (int) Math.round(done * width);
    return screen.cyan("━".repeat(full)) + screen.dim("─".repeat(width - full));
  }

  private String events() {
    long rate = rates.isEmpty() ? 0 : rates.getLast();
    return format(
        "  events        %s  %s %s   fresh after %s",
        screen.bold("%,7d".formatted(counts.sent.sum())),
        screen.cyan(sparkline()),
        screen.dim("%3d/s".formatted(rate)),
        screen.bold(newestFreshness()));
  }

  private String newestFreshness() {
    DemoCounts.Freshness warm = counts.freshness();
    DemoCounts.Freshness shown = warm.count() > 0 ? warm : counts.freshnessWhileWarming();
    return format(
        "p50 %.0f ms p99 %.0f ms%s",
        shown.p50(), shown.p99(), warm.count() > 0 ? "" : " (warming up)");
  }

  private String intents() {
    return format(
        "  intent right  %s when the chat opens, %s after a message   %s",
        screen.bold(percent(counts.rightAtGreeting.share())),
        screen.bold(percent(counts.rightAfterMessage.share())),
        screen.dim(format("always the most common: %.0f %%", 100 * counts.majorityAccuracy())));
  }

  /** The comparison that matters: who gets personalized replies, and what that changes. */
  private List<String> arms() {
    List<String> lines = new ArrayList<>();
    lines.add(screen.dim("  %-26s%14s%14s".formatted("", "control", "treatment")));
    lines.add(
        "  %-26s%14s%s"
                .formatted(
                    "personalized replies",
                    percent(counts.personalizedShare("control")),
                    screen.bold("%14s".formatted(percent(counts.personalizedShare("treatment")))))
            + screen.dim("   the control group gets none, by design"));
    Optional<ArmComparison> compared = ArmComparison.of(counts.outcomes());
    lines.add(
        "  %-26s%14s%s"
            .formatted(
                "visits settled by the bot",
                settled(compared, "control"),
                screen.bold("%14s".formatted(settled(compared, "treatment")))));
    return lines;
  }

  private static String settled(Optional<ArmComparison> compared, String arm) {
    return compared.stream()
        .flatMap(c -> c.arms().stream())
        .filter(a -> a.name().equals(arm))
        .map(a -> percent(a.share()) + " of " + a.customers())
        .findFirst()
        .orElse("");
  }

  private static String percent(double share) {
    return format("%.0f %%", 100 * share);
  }

  private List<String> pair(Contrast contrast, int width) {
    List<String> lines = new ArrayList<>();
    lines.add(screen.bold("  The same words, two customers: ") + "“" + contrast.message() + "”");
    for (Contrast.Side side : contrast.sides()) {
      lines.add(
          "  %s %s"
              .formatted(
                  screen.dim("looked at " + String.join(", ", side.pages()) + "  →"),
                  screen.cyan(side.prediction())));
      lines.add("      " + cut(side.reply().text().replaceAll("\\s+", " "), width - 4));
    }
    return lines;
  }

  private String sparkline() {
    long most = rates.stream().mapToLong(Long::longValue).max().orElse(1);
    var line = new StringBuilder();
    for (long rate : rates) {
      line.append(BLOCKS.charAt((int) (rate * (BLOCKS.length() - 1) / Math.max(1, most))));
    }
    return " ".repeat(RATES_SHOWN - line.length()) + line;
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
