package dev.attune.core.scoring;

/**
 * How much each column moved a margin: Shapley values of trees, path dependent (Lundberg et al.,
 * "Consistent Individualized Feature Attribution for Tree Ensembles"), as XGBoost's {@code
 * pred_contribs} computes them.
 *
 * <p>Each leaf is a game of its own for the {@code d} distinct columns of its path. Column {@code
 * i} has {@code z_i}, the share of training cover that goes this way when the column is unknown,
 * and {@code o_i}, 1 when the row itself goes this way, else 0. A set of known columns is worth the
 * leaf's value times the {@code o} of those in it and the {@code z} of the others, so column {@code
 * i} gets
 *
 * <pre>value · (o_i − z_i) · Σ_S |S|! (d − |S| − 1)! / d! · Π_S o · Π_rest z</pre>
 *
 * over the sets {@code S} without it. A column that the row leaves may be in no set, so only those
 * that it takes are chosen from, and their products by number are elementary symmetric polynomials
 * of {@code z}: built once a leaf, and for each column freed of its own factor. All columns that
 * the row leaves get the same value. On average a row takes half of a path's columns. Values and
 * bias add up to the margin.
 *
 * <p>One evaluation a thread; not for the hot path.
 */
final class TreeShap {
  /**
   * Taking a factor off a polynomial subtracts, which loses a bit for each bit that the middle
   * coefficient is larger than the last: 23 of 53 here. Longer ones are built again without it.
   */
  private static final int DIVISIBLE = 24;

  private final XgboostModel model;
  private final double[] bias;

  /** {@code weights[d][s]} is s! (d − s − 1)! / d!, for every length of path. */
  private final double[][] weights;

  TreeShap(XgboostModel model) {
    this.model = model;
    this.weights = weights(longestPath(model));
    this.bias = new double[model.outputs()];
    for (int output = 0; output < bias.length; output++) {
      bias[output] = model.base()[output];
    }
    for (int t = 0; t < model.trees().size(); t++) {
      bias[model.output()[t]] += model.weight()[t] * mean(model.trees().get(t), 0);
    }
  }

  /** Distinct columns on one path, at most. */
  static int longestPath(XgboostModel model) {
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

  private static double[][] weights(int longest) {
    double[][] weights = new double[longest + 1][];
    for (int d = 0; d <= longest; d++) {
      weights[d] = new double[d];
      for (int s = 0; s < d; s++) {
        weights[d][s] = s == 0 ? 1.0 / d : weights[d][s - 1] * s / (d - s);
      }
    }
    return weights;
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
    Path path = new Path(row, values);
    for (int t = 0; t < model.trees().size(); t++) {
      if (model.output()[t] == output) {
        path.down(model.trees().get(t), 0, model.weight()[t]);
      }
    }
    values[row.length] = bias[output];
    float[] contributions = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      contributions[i] = (float) values[i];
    }
    return contributions;
  }

  /** The way from a root to where the walk is: its distinct columns. */
  private final class Path {
    private final float[] row;
    private final double[] values;
    private final int[] column = new int[weights.length];
    private final double[] zero = new double[weights.length];
    private final boolean[] taken = new boolean[weights.length];
    private int length;

    /** Of a leaf: {@code zero} of the columns that the row takes, and their polynomials. */
    private final double[] chosen = new double[weights.length];

    private final double[] sums = new double[weights.length + 1];
    private final double[] others = new double[weights.length + 1];

    Path(float[] row, double[] values) {
      this.row = row;
      this.values = values;
    }

    void down(Tree tree, int node, double weight) {
      if (tree.isLeaf(node)) {
        leaf(tree.condition()[node] * weight);
        return;
      }
      int split = tree.feature()[node];
      int at = place(split);
      double zeroBefore = zero[at];
      boolean takenBefore = taken[at];
      int lengthBefore = length;
      length = Math.max(length, at + 1);
      int hot = tree.next(node, row[split]);
      for (int child : new int[] {tree.left()[node], tree.right()[node]}) {
        zero[at] = zeroBefore * stay(tree, child, node);
        taken[at] = takenBefore && child == hot;
        down(tree, child, weight);
      }
      zero[at] = zeroBefore;
      taken[at] = takenBefore;
      length = lengthBefore;
    }

    /** Where a column is on the path; a new one goes last, with nothing decided. */
    private int place(int split) {
      for (int i = 0; i < length; i++) {
        if (column[i] == split) {
          return i;
        }
      }
      column[length] = split;
      zero[length] = 1;
      taken[length] = true;
      return length;
    }

    private void leaf(double value) {
      double left = value;
      int size = 0;
      for (int i = 0; i < length; i++) {
        if (taken[i]) {
          chosen[size++] = zero[i];
        } else {
          left *= zero[i];
        }
      }
      multiply(sums, size, -1);
      double leaves = size < length ? -left * weighed(sums, size) : 0;
      for (int i = 0, k = 0; i < length; i++) {
        values[column[i]] += taken[i] ? left * (1 - zero[i]) * without(k++, size) : leaves;
      }
    }

    /** Elementary symmetric polynomials of the chosen zeros, all but one. */
    private void multiply(double[] into, int size, int except) {
      into[0] = 1;
      int degree = 0;
      for (int k = 0; k < size; k++) {
        if (k != except) {
          into[++degree] = 0;
          for (int m = degree; m > 0; m--) {
            into[m] += chosen[k] * into[m - 1];
          }
        }
      }
    }

    /** The sets of {@code size} columns by their weights; m of them are out of the set. */
    private double weighed(double[] polynomials, int size) {
      double[] weight = weights[length];
      double total = 0;
      for (int m = 0; m <= size; m++) {
        total += weight[size - m] * polynomials[m];
      }
      return total;
    }

    /** The sets without chosen column {@code k}. */
    private double without(int k, int size) {
      if (size > DIVISIBLE) {
        multiply(others, size, k);
        return weighed(others, size - 1);
      }
      double[] weight = weights[length];
      double other = 0;
      double total = 0;
      for (int m = 0; m < size; m++) {
        other = sums[m] - chosen[k] * other;
        total += weight[size - 1 - m] * other;
      }
      return total;
    }
  }
}
