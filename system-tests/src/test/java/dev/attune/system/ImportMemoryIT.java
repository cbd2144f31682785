package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.StackSettings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log four times as large as the memory of who imports it, or as many megabytes as {@code
 * attune.test.import.megabytes} says. The command line is run with a heap of 256 MB.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(3_600)
class ImportMemoryIT {
  private static final long MEGABYTES = Long.getLong("attune.test.import.megabytes", 1_024);
  private static final Duration LIMIT = Duration.ofMinutes(50);
  private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00Z");
  private static final int SECONDS = 150_000_000;

  @TempDir private Path folder;

  @Test
  void aLogThatMemoryCannotHoldIsImportedInOrder() throws Exception {
    Path log = folder.resolve("tickets.csv");
    long rows = write(log);
    Path mapping = folder.resolve("import.yaml");
    Files.writeString(
        mapping,
        """
        sessions: {gap: 30m}
        inputs:
          - name: tickets
            events:
              - type: message_sent
                eventId: "ticket-{id}"
                userId: "{customer}"
                occurredAt: "{created}"
                message_sent: {text: "{text}"}
        """);
    Path out = folder.resolve("events.jsonl");
    long begun = System.nanoTime();
    Process process =
        AttuneCommand.begin(
            StackSettings.isolated(
                folder.resolve("home"), Checkout.find().root().resolve("playbooks/support")),
            folder.resolve("import.out"),
            "import",
            mapping.toString(),
            log.toString(),
            "--out",
            out.toString());
    try {
      assertThat(process.waitFor(LIMIT)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    String said = AttuneCommand.said(folder.resolve("import.out"));
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("tickets: %,d rows".formatted(rows));
    System.out.printf(
        "%,d rows, %,d MB in %.0f s%n",
        rows, Files.size(log) >> 20, (System.nanoTime() - begun) / 1e9);
    assertThat(inOrder(out)).isEqualTo(rows);
  }

  private static long write(Path log) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    long rows = 0;
    try (BufferedWriter out = Files.newBufferedWriter(log)) {
      out.write("id,customer,created,text\n");
      for (long bytes = 0; bytes < MEGABYTES << 20; rows++) {
        String line =
            "%d,c-%d,%s,my parcel %d has not arrived yet and nobody answers\n"
                .formatted(
                    rows,
                    random.nextInt(1_000_000),
                    FIRST.plusSeconds(random.nextInt(SECONDS)),
                    random.nextInt(1_000_000));
        out.write(line);
        bytes += line.length();
      }
    }
    return rows;
  }

  /** How many lines there are, whose times never go back. */
  private static long inOrder(Path events) throws IOException {
    long lines = 0;
    String before = "";
    try (var in = Files.newBufferedReader(events)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int at = line.indexOf("\"occurredAt\":\"") + 14;
        String time = line.substring(at, at + 19);
        assertThat(time.compareTo(before)).isNotNegative();
        before = time;
        lines++;
      }
    }
    return lines;
  }
}
