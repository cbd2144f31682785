package dev.attune.core.scoring;

import java.util.List;

/**
 * Mixes what a sentence model says of the newest message into the trees' margins:
 *
 * <pre>m(label) = (1 − share) · margin(label) + share · log share(label)</pre>
 *
 * a weighted logarithmic pool (Genest and Zidek, <i>Combining Probability Distributions</i>, 1986).
 * It keeps explanations exact, since parts of a margin stay parts of a sum. Without a message the
 * margins stay as they are. Immutable.
 */
public final class Blend {
  private static final Blend NONE = new Blend(0, 0);

  private final float share;
  private final int from;

  private Blend(float share, int from) {
    this.share = share;
    this.from = from;
  }

  /**
   * Of these encodings.
   *
   * @param share of the sentence model; 0: the margins stay as they are
   */
  public static Blend of(List<Encoding> encodings, float share) {
    int at = 0;
    for (Encoding encoding : encodings) {
      if (encoding instanceof Encoding.Sentence && share > 0) {
        return new Blend(share, at);
      }
      at += encoding.columns().size();
    }
    return NONE;
  }

  /** The share of the sentence model. */
  public float share() {
    return share;
  }

  private boolean applies(float[] encoded) {
    return share > 0 && !Float.isNaN(encoded[from]);
  }

  /**
   * The margins that probabilities are made of; the given ones stay as they are.
   *
   * @param margins one a label
   * @param encoded the dense row that they are of
   */
  public float[] apply(float[] margins, float[] encoded) {
    if (!applies(encoded)) {
      return margins;
    }
    float[] mixed = new float[margins.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (1 - share) * margins[i] + share * encoded[from + i];
    }
    return mixed;
  }

  /**
   * Each column's part in a mixed margin.
   *
   * @param parts of the trees' margin, one a column, the bias last; changed in place
   */
  public float[] contributions(float[] parts, float[] encoded, int output) {
    if (applies(encoded)) {
      for (int i = 0; i < parts.length; i++) {
        parts[i] *= 1 - share;
      }
      parts[from + output] += share * encoded[from + output];
    }
    return parts;
  }
}
