package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each encoding, with a value that training knew, with another one, and without any. */
class RowEncoderTest {
  private static final List<Encoding> ENCODINGS =
      List.of(
          new Encoding.Target(
              "topic",
              0,
              List.of("a", "b"),
              List.of(0.4f, 0.6f),
              Map.of("login", List.of(0.9f, 0.1f))),
          new Encoding.OneHot("locale", 1, List.of("en", "es")),
          new Encoding.Frequency("page", 2, Map.of("/home", 0.7f)));

  private final RowEncoder encoder = new RowEncoder(ENCODINGS, Map.of());

  @Test
  void columnsAreNamedInTheirOrder() {
    assertThat(Encoding.columns(ENCODINGS))
        .containsExactly("topic→a", "topic→b", "locale=en", "locale=es", "page.frequency");
    assertThat(encoder.width()).isEqualTo(5);
  }

  @Test
  void aKnownValueGetsWhatWasLearnedOfIt() {
    assertThat(encoder.encode(row("login", "en", "/home"))).containsExactly(0.9f, 0.1f, 1, 0, 0.7f);
    assertThat(encoder.encode(row("login", "es", "/home"))).containsExactly(0.9f, 0.1f, 0, 1, 0.7f);
  }

  @Test
  void anUnknownValueIsNobodysAndHasTheLabelsOverallShares() {
    assertThat(encoder.encode(row("other", "fr", "/new"))).containsExactly(0.4f, 0.6f, 0, 0, 0);
  }

  @Test
  void withoutAValueAllIsMissing() {
    assertThat(encoder.encode(row(null, null, null)))
        .containsExactly(Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
  }

  @Test
  void anArrayMayHaveHeldAnotherRow() {
    float[] out = encoder.encode(row("login", "en", "/home"));
    encoder.encodeInto(out, row("login", "es", "/home"));
    assertThat(out).containsExactly(0.9f, 0.1f, 0, 1, 0.7f);
  }

  private static FeatureRow row(@Nullable String... categories) {
    return new FeatureRow("set", new double[0], categories, new TokenBag[0]);
  }
}
