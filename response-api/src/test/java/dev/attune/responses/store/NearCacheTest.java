package dev.attune.responses.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.StoredEntry;
import dev.attune.schemas.Position;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NearCacheTest {
  private static final Duration TIME = Duration.ofSeconds(1);
  private final NearCache cache = new NearCache(2, TIME);

  @Test
  void givesOnlyWhatIncludesTheEventAskedFor() {
    cache.keep("u", at(10), 0);

    assertThat(cache.find("u", new Position(0, 1, 10), 1)).isNotNull();
    assertThat(cache.find("u", new Position(0, 1, 9), 1)).isNotNull();
    assertThat(cache.find("u", new Position(0, 1, 11), 1)).isNull();
    assertThat(cache.find("v", new Position(0, 1, 1), 1)).isNull();
  }

  @Test
  void forgetsWithTimeAndBeyondItsCapacity() {
    cache.keep("u", at(10), 0);
    assertThat(cache.find("u", new Position(0, 1, 1), TIME.toNanos() - 1)).isNotNull();
    assertThat(cache.find("u", new Position(0, 1, 1), TIME.toNanos())).isNull();

    cache.keep("v", at(10), 0);
    cache.keep("w", at(10), 0);
    assertThat(cache.find("u", new Position(0, 1, 1), 0)).isNull();
    assertThat(cache.find("w", new Position(0, 1, 1), 0)).isNotNull();
  }

  @Test
  void keepsNothingWhenOff() {
    NearCache off = new NearCache(0, TIME);
    off.keep("u", at(10), 0);

    assertThat(off.find("u", new Position(0, 1, 1), 0)).isNull();
  }

  private static StoredEntry at(long offset) {
    return new StoredEntry(PredictionKey.entryId(0, offset, 1), new byte[0], null);
  }
}
