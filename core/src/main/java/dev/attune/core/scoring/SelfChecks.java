package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Self-check rows and margins between the manifest's lists and the scorer's arrays. */
public final class SelfChecks {
  private SelfChecks() {}

  /** Records what a row without a message gives now. */
  public static ModelManifest.SelfCheck record(FeatureRow row, float[] encoded, float[] margins) {
    return record(row, null, encoded, margins);
  }

  /**
   * Records what a row gives now.
   *
   * @param message numbers in place of its encoded message
   */
  public static ModelManifest.SelfCheck record(
      FeatureRow row, float @Nullable [] message, float[] encoded, float[] margins) {
    List<@Nullable Double> numbers = new ArrayList<>();
    for (double number : row.numbers()) {
      numbers.add(Double.isNaN(number) ? null : number);
    }
    List<@Nullable String> categories = new ArrayList<>();
    for (String category : row.categories()) {
      categories.add(category);
    }
    List<ModelManifest.Tokens> tokens = new ArrayList<>();
    for (TokenBag bag : row.tokens()) {
      tokens.add(new ModelManifest.Tokens(ints(bag.hashes()), ints(bag.counts())));
    }
    List<@Nullable Float> dense = new ArrayList<>();
    for (float value : encoded) {
      dense.add(Float.isNaN(value) ? null : value);
    }
    Memberships segments = row.memberships();
    return new ModelManifest.SelfCheck(
        numbers,
        categories,
        tokens,
        dense,
        list(margins),
        segments == null ? null : segments.byDefinition(),
        message == null ? null : list(message));
  }

  /** Numbers as a manifest has them. */
  public static List<Float> list(float[] numbers) {
    List<Float> list = new ArrayList<>();
    for (float number : numbers) {
      list.add(number);
    }
    return list;
  }

  private static List<Integer> ints(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  /** The rows that a bundle stores: requests to check and to warm a model with. */
  public static List<FeatureRow> rows(ModelManifest manifest) {
    return manifest.selfCheck().stream().map(c -> row(manifest.featureSetId(), c)).toList();
  }

  static FeatureRow row(String featureSetId, ModelManifest.SelfCheck check) {
    double[] numbers = new double[check.numbers().size()];
    for (int i = 0; i < numbers.length; i++) {
      Double number = check.numbers().get(i);
      numbers[i] = number == null ? Double.NaN : number;
    }
    @Nullable String[] categories = check.categories().toArray(new @Nullable String[0]);
    TokenBag[] tokens = new TokenBag[check.tokens().size()];
    for (int i = 0; i < tokens.length; i++) {
      ModelManifest.Tokens bag = check.tokens().get(i);
      tokens[i] = new TokenBag(array(bag.hashes()), array(bag.counts()));
    }
    Map<String, Boolean> segments = check.memberships();
    return new FeatureRow(
        featureSetId,
        numbers,
        categories,
        tokens,
        segments == null ? null : Memberships.of(segments));
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The dense row that is stored with it. */
  public static float[] encoded(ModelManifest.SelfCheck check) {
    float[] encoded = new float[check.encoded().size()];
    for (int i = 0; i < encoded.length; i++) {
      Float value = check.encoded().get(i);
      encoded[i] = value == null ? Float.NaN : value;
    }
    return encoded;
  }

  /** What stands for its encoded message; null: nothing. */
  static float @Nullable [] message(ModelManifest.SelfCheck check) {
    List<Float> message = check.message();
    return message == null ? null : floats(message);
  }

  static float[] margins(ModelManifest.SelfCheck check) {
    return floats(check.margins());
  }

  /** The margins before the first tree; null when the manifest has none. */
  static float @Nullable [] base(ModelManifest manifest) {
    return manifest.baseMargins().isEmpty() ? null : floats(manifest.baseMargins());
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  /** To the bit; every NaN is the same missing value. */
  static boolean equal(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToIntBits(a[i]) != Float.floatToIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }
}
