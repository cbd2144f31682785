package dev.attune.local.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The terminal, or the plain stream that stands for it. On a terminal a block of lines can be
 * painted over and over in place; elsewhere only whole lines are printed, without colours.
 */
public final class Terminal {
  private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);
  private static final String ESCAPE = "\u001b[";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colours;
  private final int columns;
  private int painted;
  private long lastState = System.nanoTime();

  public Terminal(PrintStream out, boolean terminal, boolean colours, int columns) {
    this.out = out;
    this.terminal = terminal;
    this.colours = colours;
    this.columns = columns;
  }

  /** As the script found it. */
  public static Terminal standard() {
    return of(System.out);
  }

  /** The same for what is no result. */
  public static Terminal errors() {
    return of(System.err);
  }

  private static Terminal of(PrintStream out) {
    boolean terminal = Boolean.getBoolean("attune.terminal");
    boolean colours = terminal && System.getenv("NO_COLOR") == null;
    return new Terminal(out, terminal, colours, Integer.getInteger("attune.columns", 100));
  }

  public boolean isTerminal() {
    return terminal;
  }

  public int columns() {
    return columns;
  }

  /** Prints a line that stays, above the painted block. */
  public synchronized void line(String text) {
    erase();
    out.println(text);
    out.flush();
  }

  /** The same with figures in it. */
  public void line(String format, Object... figures) {
    line(String.format(Locale.ROOT, format, figures));
  }

  /** How things stand: replaces what stood before; on a plain stream a line now and then. */
  public synchronized void state(String text) {
    if (terminal) {
      paint(List.of("  " + dim(text.substring(0, Math.min(text.length(), columns - 4)))));
    } else if (System.nanoTime() - lastState > PLAIN_EVERY.toNanos()) {
      lastState = System.nanoTime();
      line("  " + text);
    }
  }

  /** Replaces the block painted last; nothing on a plain stream. */
  public synchronized void paint(List<String> lines) {
    if (!terminal) {
      return;
    }
    var text = new StringBuilder();
    if (painted > 0) {
      text.append(ESCAPE).append(painted).append('F');
    }
    for (String line : lines) {
      text.append(ESCAPE).append('K').append(line).append('\n');
    }
    text.append(ESCAPE).append('J');
    out.print(text);
    out.flush();
    painted = lines.size();
  }

  /** Lets the painted block stand; the next one is painted below it. */
  public synchronized void keep() {
    painted = 0;
  }

  private void erase() {
    if (painted > 0) {
      out.print(ESCAPE + painted + "F" + ESCAPE + "J");
      painted = 0;
    }
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String yellow(String text) {
    return styled("33", text);
  }

  public String red(String text) {
    return styled("31", text);
  }

  public String cyan(String text) {
    return styled("36", text);
  }

  private String styled(String code, String text) {
    return colours ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
