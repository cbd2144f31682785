package dev.attune.core.scoring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One regression tree as XGBoost stores it; node 0 is the root.
 *
 * @param left −1 at a leaf
 * @param condition the threshold of a split, the value of a leaf
 * @param cover sum of hessians that reached the node in training
 * @param categories of a categorical split: the set that goes right, ascending; null for a number
 */
record Tree(
    int[] left,
    int[] right,
    int[] feature,
    float[] condition,
    boolean[] defaultLeft,
    float[] cover,
    @Nullable Categories[] categories) {
  /** Categories that go right; not as bits, since one alone may be in the millions. */
  record Categories(int[] ascending) {
    /** A category is the value without its fraction. */
    boolean contains(float value) {
      return value >= 0 && Arrays.binarySearch(ascending, (int) value) >= 0;
    }
  }

  int size() {
    return left.length;
  }

  boolean isLeaf(int node) {
    return left[node] < 0;
  }

  boolean isCategorical() {
    for (Categories set : categories) {
      if (set != null) {
        return true;
      }
    }
    return false;
  }

  /** The child that a value leads to; NaN is missing. */
  int next(int node, float value) {
    if (Float.isNaN(value)) {
      return defaultLeft[node] ? left[node] : right[node];
    }
    Categories set = categories[node];
    boolean goesLeft = set == null ? value < condition[node] : !set.contains(value);
    return goesLeft ? left[node] : right[node];
  }

  int leaf(float[] row) {
    int node = 0;
    while (!isLeaf(node)) {
      node = next(node, row[feature[node]]);
    }
    return node;
  }
}
