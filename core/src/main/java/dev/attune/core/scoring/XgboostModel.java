package dev.attune.core.scoring;

import java.util.List;
import java.util.Set;

/**
 * A model that XGBoost trained: boosted trees with what is needed to sum them up.
 *
 * @param base the margin of each output before the first tree
 * @param trees in boosting order
 * @param output of each tree, the output it adds to
 * @param weight of each tree: 1, or what DART left of it
 */
record XgboostModel(
    String objective, int features, float[] base, List<Tree> trees, int[] output, float[] weight) {
  private static final Set<String> LOGISTIC = Set.of("binary:logistic", "reg:logistic");
  private static final Set<String> LOGARITHMIC =
      Set.of("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft");

  int outputs() {
    return base.length;
  }

  boolean isCategorical() {
    return trees.stream().anyMatch(Tree::isCategorical);
  }

  /** The same with other margins before the first tree. */
  XgboostModel withBase(float[] margins) throws ModelException {
    if (margins.length != base.length) {
      throw new ModelException(
          "The manifest has %d base margins, its model %d outputs."
              .formatted(margins.length, base.length));
    }
    return new XgboostModel(objective, features, checked(margins), trees, output, weight);
  }

  /**
   * The model file's base scores are on the scale of the prediction; trees add on the margin's.
   * XGBoost takes {@code logf} and {@code expf} of the C library, which are off by a unit in the
   * last place now and then: what it says itself is in the manifest of a bundle.
   */
  static float[] toMargins(String objective, float[] scores) throws ModelException {
    float[] margins = scores.clone();
    for (int i = 0; i < scores.length; i++) {
      if (LOGISTIC.contains(objective)) {
        margins[i] = (float) -Math.log((float) (1.0f / scores[i] - 1.0f));
      } else if (LOGARITHMIC.contains(objective)) {
        margins[i] = (float) Math.log(scores[i]);
      } else if (objective.equals(LinkFunction.EXPECTILE_OBJECTIVE) && i > 0) {
        margins[i] = LinkFunction.inverseSoftPlus(scores[i] - scores[i - 1]);
      }
    }
    return checked(margins);
  }

  private static float[] checked(float[] margins) throws ModelException {
    for (float margin : margins) {
      if (!Float.isFinite(margin)) {
        throw new ModelException("The base score of the model is not a number.");
      }
    }
    return margins;
  }
}
