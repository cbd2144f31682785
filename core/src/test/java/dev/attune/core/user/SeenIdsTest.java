package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.feature.Hashes;
import org.junit.jupiter.api.Test;

class SeenIdsTest {
  private static final long HOUR = 3_600_000;

  @Test
  void anIdCostsFiveBytes() {
    SeenIds few = seen(100);
    SeenIds more = seen(120);

    assertThat(bytes(more).length - bytes(few).length).isEqualTo(20 * 5);
  }

  @Test
  void knowsItsIdsAfterARoundTripAndNoOthers() {
    SeenIds read = SeenIds.read(new ByteReader(bytes(seen(500))));

    for (int i = 0; i < 500; i++) {
      assertThat(read.contains(Hashes.of64("id-" + i))).isTrue();
      assertThat(read.contains(Hashes.of64("other-" + i))).isFalse();
    }
  }

  @Test
  void readsTheLongerHashesOfOlderRows() {
    var row = new ByteWriter(64);
    row.varint(1);
    row.zigzag(7);
    row.varint(3);
    for (int id = 0; id < 3; id++) {
      for (int i = 0; i < SeenIds.OLD_WIDTH; i++) {
        row.octet((int) (Hashes.of64("id-" + id) >>> (8 * i)));
      }
    }

    SeenIds read = SeenIds.read(new ByteReader(row.toByteArray()), SeenIds.OLD_WIDTH);

    assertThat(read.size()).isEqualTo(3);
    for (int id = 0; id < 3; id++) {
      assertThat(read.contains(Hashes.of64("id-" + id))).isTrue();
    }
    read.add(Hashes.of64("id-3"), 8 * HOUR);
    assertThat(SeenIds.read(new ByteReader(bytes(read))).contains(Hashes.of64("id-3"))).isTrue();
  }

  private static SeenIds seen(int ids) {
    var seen = new SeenIds();
    for (int i = 0; i < ids; i++) {
      seen.add(Hashes.of64("id-" + i), HOUR);
    }
    return seen;
  }

  private static byte[] bytes(SeenIds seen) {
    var out = new ByteWriter(64);
    seen.write(out);
    return out.toByteArray();
  }
}
