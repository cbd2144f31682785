package dev.attune.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedSentenceEncoderTest {
  private final List<String> encoded = new ArrayList<>();
  private final CachedSentenceEncoder cached =
      new CachedSentenceEncoder(
          new SentenceEncoder() {
            @Override
            public String id() {
              return "lengths";
            }

            @Override
            public int dimensions() {
              return 1;
            }

            @Override
            public float[] encode(String text) {
              encoded.add(text);
              return new float[] {text.length()};
            }
          },
          2);

  @Test
  void aTextIsEncodedOnce() {
    assertThat(cached.knows("one")).isFalse();

    float[] first = cached.encode("one");

    assertThat(cached.knows("one")).isTrue();
    assertThat(cached.encode("one")).isEqualTo(first).containsExactly(3);
    assertThat(encoded).containsExactly("one");
    assertThat(cached.id()).isEqualTo("lengths");
    assertThat(cached.dimensions()).isEqualTo(1);
  }

  @Test
  void theTextThatWasAskedForLongestAgoIsForgotten() {
    cached.encode("a");
    cached.encode("b");
    cached.encode("a");

    cached.encode("c");

    assertThat(cached.knows("a")).isTrue();
    assertThat(cached.knows("b")).isFalse();
    assertThat(cached.knows("c")).isTrue();
  }
}
