package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryRingTest {
  private static final long DAY = 86_400;
  private static final long NOON = 1_800_000_000L / 60 * 60;

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("console").resolve("history");
  }

  @Test
  void survivesAnEndOfTheProcess() {
    try (var ring = HistoryRing.in(file())) {
      ring.add(sample(NOON, 0.02));
      ring.add(sample(NOON + 60, Double.NaN));
    }

    try (var again = HistoryRing.in(file())) {
      assertThat(again.since(NOON - DAY))
          .containsExactly(sample(NOON, 0.02), sample(NOON + 60, Double.NaN));
      assertThat(again.since(NOON)).extracting(Sample::atSeconds).containsExactly(NOON + 60);
    }
  }

  @Test
  void keepsADayAndNeverGrows() throws IOException {
    try (var ring = HistoryRing.in(file())) {
      LongStream.range(0, 3 * HistoryRing.SLOTS)
          .forEach(minute -> ring.add(sample(NOON + 60 * minute, (double) minute)));

      assertThat(ring.since(0)).hasSize(HistoryRing.SLOTS);
    }

    long last = NOON + 60 * (3L * HistoryRing.SLOTS - 1);
    assertThat(Files.size(file())).isEqualTo((long) HistoryRing.SLOTS * HistoryRing.SLOT_BYTES);
    try (var again = HistoryRing.in(file())) {
      assertThat(again.since(0)).hasSize(HistoryRing.SLOTS);
      assertThat(again.since(0).getFirst().atSeconds()).isEqualTo(last - DAY + 60);
      assertThat(again.since(0).getLast().atSeconds()).isEqualTo(last);
    }
  }

  @Test
  void passesOverASlotThatWasHalfWritten() throws IOException {
    try (var ring = HistoryRing.in(file())) {
      ring.add(sample(NOON, 1));
      ring.add(sample(NOON + 60, 2));
    }
    long place = NOON / 60 % HistoryRing.SLOTS * HistoryRing.SLOT_BYTES;
    try (var bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.seek(place + 20);
      bytes.writeInt(0x55555555);
    }

    try (var again = HistoryRing.in(file())) {
      assertThat(again.since(0)).containsExactly(sample(NOON + 60, 2));
    }
  }

  @Test
  void aFileOfSomethingElseHoldsNoSamples() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "no history ".repeat(20_000));

    try (var ring = HistoryRing.in(file())) {
      assertThat(ring.since(0)).isEmpty();
    }
  }

  @Test
  void isWrittenByOneConsoleOnly() {
    try (var ring = HistoryRing.in(file())) {
      assertThatThrownBy(() -> HistoryRing.in(file()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("attune.console.history.file")
          .hasMessageContaining("is written by another console");
      assertThat(ring.since(0)).isEmpty();
    }
  }

  @Test
  void withoutAFileItEndsWithTheProcess() {
    try (var ring = HistoryRing.inMemory()) {
      ring.add(sample(NOON, 1));

      assertThat(ring.since(0)).hasSize(1);
    }
  }

  private static Sample sample(long at, double value) {
    return new Sample(at, value, 2 * value, 3, 4, 0.5, 6, 7);
  }
}
