package dev.attune.core.feature;

import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.TokenCounts;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's features at one time, in the order of the feature set that {@code featureSetId} names,
 * and the segments that the user is in by them. Arrays are shared, not copied: treat them as
 * read-only.
 *
 * @param memberships null where they are not known: an earlier version wrote the row
 * @param message the newest message, for a sentence encoder; null when there is none, or the
 *     playbook declares no encoder
 */
public record FeatureRow(
    String featureSetId,
    double[] numbers,
    @Nullable String[] categories,
    TokenBag[] tokens,
    @Nullable Memberships memberships,
    @Nullable String message) {
  /** A row without a message. */
  public FeatureRow(
      String featureSetId,
      double[] numbers,
      @Nullable String[] categories,
      TokenBag[] tokens,
      @Nullable Memberships memberships) {
    this(featureSetId, numbers, categories, tokens, memberships, null);
  }

  /** A row whose segments are not known. */
  public FeatureRow(
      String featureSetId, double[] numbers, @Nullable String[] categories, TokenBag[] tokens) {
    this(featureSetId, numbers, categories, tokens, null);
  }

  /** The same features with these segments. */
  public FeatureRow with(@Nullable Memberships segments) {
    return new FeatureRow(featureSetId, numbers, categories, tokens, segments, message);
  }

  /** The same features with this newest message. */
  public FeatureRow withMessage(@Nullable String newest) {
    return new FeatureRow(featureSetId, numbers, categories, tokens, memberships, newest);
  }

  /** Whether a feature is neither missing nor 0. */
  public boolean says(FeatureColumn column) {
    return switch (column.kind()) {
      case NUMBER -> Math.abs(numbers[column.index()]) > 0; // which NaN isn't
      case CATEGORY -> categories[column.index()] != null;
      case TOKENS -> tokens[column.index()].size() > 0;
    };
  }

  /** Without the message, which has a field of its own where it may be kept at all. */
  public FeatureVector toAvro() {
    var values = new ArrayList<Double>(numbers.length);
    for (double number : numbers) {
      values.add(number);
    }
    var bags = new ArrayList<TokenCounts>(tokens.length);
    for (TokenBag bag : tokens) {
      bags.add(new TokenCounts(boxed(bag.hashes()), boxed(bag.counts())));
    }
    return new FeatureVector(
        featureSetId,
        values,
        Arrays.asList(categories),
        bags,
        memberships == null ? null : memberships.toAvro());
  }

  /** A vector stored without tokens reads as one without token columns; the message isn't in it. */
  public static FeatureRow fromAvro(FeatureVector vector) {
    List<Double> values = vector.getNumbers();
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i);
    }
    TokenBag[] tokens =
        vector.getTokens().stream()
            .map(t -> new TokenBag(unboxed(t.getHashes()), unboxed(t.getCounts())))
            .toArray(TokenBag[]::new);
    @Nullable String[] categories = vector.getCategories().toArray(new String[0]);
    Memberships memberships = Memberships.fromAvro(vector.getMemberships());
    return new FeatureRow(vector.getFeatureSetId(), numbers, categories, tokens, memberships);
  }

  /**
   * Names to values (Double, String or null) for people; token features and segments are left out.
   */
  public Map<String, @Nullable Object> named(FeatureSet set) {
    var named = new LinkedHashMap<String, @Nullable Object>();
    for (FeatureColumn column : set.columns()) {
      switch (column.kind()) {
        case NUMBER -> {
          double value = numbers[column.index()];
          named.put(column.name(), Double.isNaN(value) ? null : (Double) value);
        }
        case CATEGORY -> named.put(column.name(), categories[column.index()]);
        case TOKENS -> {}
      }
    }
    return named;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof FeatureRow other
        && featureSetId.equals(other.featureSetId)
        && Arrays.equals(numbers, other.numbers)
        && Arrays.equals(categories, other.categories)
        && Arrays.equals(tokens, other.tokens)
        && Objects.equals(memberships, other.memberships)
        && Objects.equals(message, other.message);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(numbers) + Arrays.hashCode(categories);
  }

  @Override
  public String toString() {
    return "FeatureRow["
        + featureSetId
        + " "
        + Arrays.toString(numbers)
        + " "
        + Arrays.toString(categories)
        + " "
        + Arrays.toString(tokens)
        + " "
        + memberships
        + "]";
  }

  /** A view, since a vector is encoded at once and a copy would box every token. */
  private static List<Integer> boxed(int[] values) {
    return new AbstractList<>() {
      @Override
      public Integer get(int index) {
        return values[index];
      }

      @Override
      public int size() {
        return values.length;
      }
    };
  }

  private static int[] unboxed(List<Integer> values) {
    int[] ints = new int[values.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = values.get(i);
    }
    return ints;
  }
}
