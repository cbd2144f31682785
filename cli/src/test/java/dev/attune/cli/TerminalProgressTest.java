package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How far a long command is, on a terminal and elsewhere. */
class TerminalProgressTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void aTerminalShowsHowManyPercentAreDoneInPlace() {
    try (TerminalProgress progress = progress(true)) {
      progress.phase("reading tickets", 400);
      assertThat(shown()).isEqualTo("reading tickets …   0 %");
      progress.at(100);
      assertThat(shown()).as("so soon it stands").isEmpty();

      pass(101);
      progress.at(200);
      assertThat(shown()).isEqualTo("reading tickets …  50 %");
      pass(101);
      progress.at(400);
      assertThat(shown()).isEqualTo("reading tickets … 100 %");

      progress.phase("counting", 0);
      pass(101);
      assertThat(shown()).isEqualTo("counting …");
      progress.at(1_234_567);
      assertThat(shown()).as("nobody knows how many there are").isEqualTo("counting … 1,234,567");
    }
    assertThat(shown()).as("it is gone in the end").isEmpty();
  }

  @Test
  void elsewhereItIsALineAPhase() {
    try (TerminalProgress progress = progress(false)) {
      progress.phase("reading tickets", 400);
      pass(1_000);
      progress.at(200);
      progress.phase("writing events.jsonl", 800);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("reading tickets …", "writing events.jsonl …");
  }

  private void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  private TerminalProgress progress(boolean isTerminal) {
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new TerminalProgress(new Terminal(out, isTerminal, false, 80), nanos::get);
  }

  /** The line that was painted since the last look. */
  private String shown() {
    String text = printed.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[\\d*[A-Z]", "");
    printed.reset();
    return text.strip();
  }
}
