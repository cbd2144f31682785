package dev.attune.core.scoring;

import java.util.Arrays;

/**
 * How much each column moved a margin: Shapley values of trees, path dependent (Lundberg et al.,
 * "Consistent Individualized Feature Attribution for Tree Ensembles", algorithm 2), as XGBoost's
 * {@code pred_contribs} computes them.
 *
 * <p>Walking down, the algorithm keeps the distinct columns of the path and, for every size of
 * subset of them, the share of subsets that lead here: {@code zero} is the share of training cover
 * that goes the same way when a column is unknown, {@code one} whether the row itself goes this
 * way. At a leaf each column's value is the leaf's value times the weight of the subsets with it
 * minus without it. Values and bias add up to the margin. A tree costs leaves × depth².
 *
 * <p>One evaluation a thread; not for the hot path.
 */
final class TreeShap {
  private final XgboostModel model;
  private final double[] bias;

  TreeShap(XgboostModel model) {
    this.model = model;
    this.bias = new double[model.outputs()];
    for (int output = 0; output < bias.length; output++) {
      bias[output] = model.base()[output];
    }
    for (int t = 0; t < model.trees().size(); t++) {
      bias[model.output()[t]] += model.weight()[t] * mean(model.trees().get(t), 0);
    }
  }

  /** The value a tree has on average over its training rows. */
  private static double mean(Tree tree, int node) {
    if (tree.isLeaf(node)) {
      return tree.condition()[node];
    }
    int left = tree.left()[node];
    int right = tree.right()[node];
    return share(tree, left, node) * mean(tree, left)
        + share(tree, right, node) * mean(tree, right);
  }

  private static double share(Tree tree, int child, int parent) {
    float cover = tree.cover()[parent];
    return cover == 0 ? 0 : (double) tree.cover()[child] / cover;
  }

  /** One value a column, the bias behind them; they add up to the output's margin. */
  float[] contributions(float[] row, int output) {
    double[] values = new double[row.length + 1];
    for (int t = 0; t < model.trees().size(); t++) {
      if (model.output()[t] == output) {
        Tree tree = model.trees().get(t);
        new Walk(tree, row, values, model.weight()[t]).down(0, 0, 0, 1, 1, -1);
      }
    }
    values[row.length] = bias[output];
    float[] contributions = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      contributions[i] = (float) values[i];
    }
    return contributions;
  }

  /**
   * One tree; its paths lie one behind the other in the arrays, a level's copy after its parent.
   */
  private static final class Walk {
    private final Tree tree;
    private final float[] row;
    private final double[] values;
    private final double weight;
    private int[] column = new int[64];
    private double[] zero = new double[64];
    private double[] one = new double[64];
    private double[] share = new double[64];

    Walk(Tree tree, float[] row, double[] values, double weight) {
      this.tree = tree;
      this.row = row;
      this.values = values;
      this.weight = weight;
    }

    /**
     * @param parent where the parent's path lies
     * @param depth columns on the parent's path
     */
    void down(int node, int parent, int depth, double zeros, double ones, int splitColumn) {
      int path = parent + depth;
      reserve(path + depth + 1);
      copy(parent, path, depth);
      extend(path, depth, zeros, ones, splitColumn);
      if (tree.isLeaf(node)) {
        leaf(path, depth, tree.condition()[node] * weight);
        return;
      }
      int split = tree.feature()[node];
      int length = depth + 1;
      double seenZeros = 1;
      double seenOnes = 1;
      int seen = find(path, length, split);
      if (seen >= 0) {
        seenZeros = zero[path + seen];
        seenOnes = one[path + seen];
        unwind(path, depth, seen);
        length--;
      }
      int hot = tree.next(node, row[split]);
      int cold = hot == tree.left()[node] ? tree.right()[node] : tree.left()[node];
      down(hot, path, length, seenZeros * TreeShap.share(tree, hot, node), seenOnes, split);
      down(cold, path, length, seenZeros * TreeShap.share(tree, cold, node), 0, split);
    }

    private void reserve(int size) {
      if (size > column.length) {
        column = Arrays.copyOf(column, 2 * size);
        zero = Arrays.copyOf(zero, 2 * size);
        one = Arrays.copyOf(one, 2 * size);
        share = Arrays.copyOf(share, 2 * size);
      }
    }

    private void copy(int from, int to, int length) {
      System.arraycopy(column, from, column, to, length);
      System.arraycopy(zero, from, zero, to, length);
      System.arraycopy(one, from, one, to, length);
      System.arraycopy(share, from, share, to, length);
    }

    private int find(int path, int length, int split) {
      for (int i = 1; i < length; i++) {
        if (column[path + i] == split) {
          return i;
        }
      }
      return -1;
    }

    private void extend(int path, int depth, double zeros, double ones, int splitColumn) {
      column[path + depth] = splitColumn;
      zero[path + depth] = zeros;
      one[path + depth] = ones;
      share[path + depth] = depth == 0 ? 1 : 0;
      double length = depth + 1;
      for (int i = depth - 1; i >= 0; i--) {
        share[path + i + 1] += ones * share[path + i] * (i + 1) / length;
        share[path + i] = zeros * share[path + i] * (depth - i) / length;
      }
    }

    /** Takes column {@code at} off the path: the inverse of {@link #extend}. */
    private void unwind(int path, int depth, int at) {
      double ones = one[path + at];
      double zeros = zero[path + at];
      double next = share[path + depth];
      double length = depth + 1;
      for (int i = depth - 1; i >= 0; i--) {
        if (ones != 0) {
          double kept = share[path + i];
          share[path + i] = next * length / ((i + 1) * ones);
          next = kept - share[path + i] * zeros * (depth - i) / length;
        } else {
          share[path + i] = share[path + i] * length / (zeros * (depth - i));
        }
      }
      for (int i = at; i < depth; i++) {
        column[path + i] = column[path + i + 1];
        zero[path + i] = zero[path + i + 1];
        one[path + i] = one[path + i + 1];
      }
    }

    private void leaf(int path, int depth, double value) {
      for (int i = 1; i <= depth; i++) {
        double difference = one[path + i] - zero[path + i];
        values[column[path + i]] += without(path, depth, i) * difference * value;
      }
    }

    /** The sum of shares that {@link #unwind} would leave. */
    private double without(int path, int depth, int at) {
      double ones = one[path + at];
      double zeros = zero[path + at];
      double next = share[path + depth];
      double length = depth + 1;
      double total = 0;
      for (int i = depth - 1; i >= 0; i--) {
        if (ones != 0) {
          double unwound = next * length / ((i + 1) * ones);
          total += unwound;
          next = share[path + i] - unwound * zeros * (depth - i) / length;
        } else if (zeros != 0) {
          total += share[path + i] * length / (zeros * (depth - i));
        }
      }
      return total;
    }
  }
}
