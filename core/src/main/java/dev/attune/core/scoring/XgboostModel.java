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

  /** The model file's base score is on the scale of the prediction; trees add on the margin's. */
  static float toMargin(String objective, float score) {
    if (LOGISTIC.contains(objective)) {
      return (float) -Math.log((float) (1.0f / score - 1.0f));
    }
    return LOGARITHMIC.contains(objective) ? (float) Math.log(score) : score;
  }
}
