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
 * <p>Of one row {@code one} is 0 or 1. All columns of a path that the row leaves ({@code one} = 0)
 * have the same value at its leaf, as their own {@code zero} cancels out, so they cost one sum
 * together. The weights of subsets, all of the form (i + 1) / (n + 1), come from a table, since
 * divisions would take most of the time.
 *
 * <p>One evaluation a thread; not for the hot path.
 */
final class TreeShap {
  private final XgboostModel model;
  private final double[] bias;

  /** {@code shares[n][i]} is (i + 1) / (n + 1), for every length of path. */
  private final double[][] shares;

  /** Their reciprocals. */
  private final double[][] inverses;

  TreeShap(XgboostModel model) {
    this.model = model;
    int longest = longestPath(model);
    this.shares = table(longest, (i, n) -> (i + 1.0) / (n + 1));
    this.inverses = table(longest, (i, n) -> (n + 1.0) / (i + 1));
    this.bias = new double[model.outputs()];
    for (int output = 0; output < bias.length; output++) {
      bias[output] = model.base()[output];
    }
    for (int t = 0; t < model.trees().size(); t++) {
      bias[model.output()[t]] += model.weight()[t] * mean(model.trees().get(t), 0);
    }
  }

  /** Distinct columns on one path, at most. */
  private static int longestPath(XgboostModel model) {
    int deepest = 0;
    for (Tree tree : model.trees()) {
      deepest = Math.max(deepest, depth(tree, 0));
    }
    return Math.min(deepest, model.features());
  }

  private static int depth(Tree tree, int node) {
    return tree.isLeaf(node)
        ? 0
        : 1 + Math.max(depth(tree, tree.left()[node]), depth(tree, tree.right()[node]));
  }

  private static double[][] table(int longest, DoubleEntry entry) {
    double[][] table = new double[longest + 2][];
    for (int n = 0; n < table.length; n++) {
      table[n] = new double[n + 1];
      for (int i = 0; i <= n; i++) {
        table[n][i] = entry.of(i, n);
      }
    }
    return table;
  }

  private interface DoubleEntry {
    double of(int i, int n);
  }

  /** The value a tree has on average over its training rows. */
  private static double mean(Tree tree, int node) {
    if (tree.isLeaf(node)) {
      return tree.condition()[node];
    }
    int left = tree.left()[node];
    int right = tree.right()[node];
    return stay(tree, left, node) * mean(tree, left) + stay(tree, right, node) * mean(tree, right);
  }

  private static double stay(Tree tree, int child, int parent) {
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
  private final class Walk {
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
      down(hot, path, length, seenZeros * stay(tree, hot, node), seenOnes, split);
      down(cold, path, length, seenZeros * stay(tree, cold, node), 0, split);
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
      double[] shared = shares[depth];
      for (int i = depth - 1; i >= 0; i--) {
        double before = share[path + i];
        share[path + i + 1] += ones * before * shared[i];
        share[path + i] = zeros * before * shared[depth - 1 - i];
      }
    }

    /** Takes column {@code at} off the path: the inverse of {@link #extend}. */
    private void unwind(int path, int depth, int at) {
      boolean taken = one[path + at] != 0;
      double zeros = zero[path + at];
      double next = share[path + depth];
      double[] shared = shares[depth];
      double[] inverse = inverses[depth];
      for (int i = depth - 1; i >= 0; i--) {
        if (taken) {
          double kept = share[path + i];
          share[path + i] = next * inverse[i];
          next = kept - share[path + i] * zeros * shared[depth - 1 - i];
        } else if (zeros != 0) {
          share[path + i] = share[path + i] * inverse[depth - 1 - i] / zeros;
        }
      }
      for (int i = at; i < depth; i++) {
        column[path + i] = column[path + i + 1];
        zero[path + i] = zero[path + i + 1];
        one[path + i] = one[path + i + 1];
      }
    }

    private void leaf(int path, int depth, double value) {
      double left = -left(path, depth) * value;
      for (int i = 1; i <= depth; i++) {
        values[column[path + i]] +=
            one[path + i] == 0
                ? left
                : taken(path, depth, zero[path + i]) * (1 - zero[path + i]) * value;
      }
    }

    /** The sum of shares without a column that the row leaves, times the column's zero. */
    private double left(int path, int depth) {
      double[] inverse = inverses[depth];
      double total = 0;
      for (int i = depth - 1; i >= 0; i--) {
        total += share[path + i] * inverse[depth - 1 - i];
      }
      return total;
    }

    /** The sum of shares without a column that the row takes, as {@link #unwind} leaves them. */
    private double taken(int path, int depth, double zeros) {
      double[] shared = shares[depth];
      double[] inverse = inverses[depth];
      double next = share[path + depth];
      double total = 0;
      for (int i = depth - 1; i >= 0; i--) {
        double unwound = next * inverse[i];
        total += unwound;
        next = share[path + i] - unwound * zeros * shared[depth - 1 - i];
      }
      return total;
    }
  }
}
