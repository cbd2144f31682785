package dev.attune.simulation.demo;

import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.demo.DemoCounts.Chat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

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
    return String.format(
        Locale.ROOT,
        "%3d s  events %d  replies %d  personalized %.0f %%  freshness p50 %.0f ms p99 %.0f ms"
            + "  intent right %.0f %%",
        elapsed.toSeconds(),
        counts.sent.sum(),
        counts.replies.sum(),
        100 * counts.personalizedShare(),
        counts.freshnessMillis(50),
        counts.freshnessMillis(99),
        100 * counts.intentAccuracy());
  }

  private List<String> board(Duration elapsed) {
    int width = Math.clamp(screen.columns() - 4, 40, 96);
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  " + header(elapsed, width));
    lines.add("  " + bar(elapsed, width));
    lines.add("");
    lines.add(figures());
    lines.add(quality());
    lines.add("");
    for (Chat chat : counts.chats()) {
      lines.add(customerLine(chat, width));
      lines.add(botLine(chat, width));
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

  private String figures() {
    long rate = rates.isEmpty() ? 0 : rates.getLast();
    return String.format(
        Locale.ROOT,
        "  events      %s  %s %s   talking %d   rejected %d",
        screen.bold("%,7d".formatted(counts.sent.sum())),
        screen.cyan(sparkline()),
        screen.dim("%3d/s".formatted(rate)),
        counts.talking.get(),
        counts.rejected.sum());
  }

  private String quality() {
    return String.format(
        Locale.ROOT,
        "  replies     %s  personalized %s   intent right %s   freshness %s",
        screen.bold("%,7d".formatted(counts.replies.sum())),
        screen.bold(String.format(Locale.ROOT, "%.0f %%", 100 * counts.personalizedShare())),
        screen.bold(String.format(Locale.ROOT, "%.0f %%", 100 * counts.intentAccuracy())),
        screen.bold(
            String.format(
                Locale.ROOT,
                "p50 %.0f ms p99 %.0f ms",
                counts.freshnessMillis(50),
                counts.freshnessMillis(99))));
  }

  private String sparkline() {
    long most = rates.stream().mapToLong(Long::longValue).max().orElse(1);
    var line = new StringBuilder();
    for (long rate : rates) {
      line.append(BLOCKS.charAt((int) (rate * (BLOCKS.length() - 1) / Math.max(1, most))));
    }
    return " ".repeat(RATES_SHOWN - line.length()) + line;
  }

  private String customerLine(Chat chat, int width) {
    return "  %s %s"
        .formatted(
            screen.dim("%-7s".formatted(chat.userId())),
            cut("“" + chat.message() + "”", width - 8));
  }

  private String botLine(Chat chat, int width) {
    String verdict = chat.reply().intent() == null ? " " : chat.right() ? "✓" : "✗";
    String guess =
        chat.reply().intent() == null
            ? "no prediction"
            : String.format(
                Locale.ROOT,
                "%s %.2f",
                chat.reply().intent(),
                chat.reply().prediction().probability());
    String mark = chat.right() ? screen.green(verdict) : screen.yellow(verdict);
    String text = cut(chat.reply().text().replaceAll("\\s+", " "), width - 8 - 28);
    int gap = Math.max(1, width - 8 - 2 - text.length() - guess.length());
    return "          %s%s%s %s"
        .formatted(
            chat.reply().personalized() ? text : screen.dim(text),
            " ".repeat(gap),
            screen.dim(guess),
            mark);
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
  }
}
