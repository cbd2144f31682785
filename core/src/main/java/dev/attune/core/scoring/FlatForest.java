package dev.attune.core.scoring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates boosted trees in the JVM, equal to XGBoost to the last bit of every margin.
 *
 * <p>A node is one {@code long}: threshold in the high half, then 16 bits distance to its right
 * child, then 16 bits index of the value it compares. The left child stands behind the right one. A
 * row is translated once into integers that order as its floats do, in two copies: missing values
 * are the greatest integer in the first copy and the least in the second, and a node that sends
 * missing values left reads the second. So one subtraction decides,
 *
 * <pre>next = node + distance + (key − threshold &gt;&gt;&gt; 63)</pre>
 *
 * without a branch to mispredict. A leaf has distance 0 and a threshold below everything: it leads
 * to itself, and all trees of a group take the same number of steps. Eight trees walk in lockstep,
 * so that the processor overlaps their loads. Values are then added in tree order, in float, as
 * XGBoost does.
 *
 * <p>Trees with categorical splits are walked one by one instead. Immutable; each thread brings its
 * own {@link Scratch}.
 */
public final class FlatForest {
  private static final int LANES = 8;
  private static final int MAX_INDEX = 0xffff;

  private final XgboostModel model;
  private final LinkFunction link;
  private final @Nullable Calibration calibration;
  private final TreeShap shap;
  private final boolean categorical;
  private final long[] nodes;
  private final float[] values;
  private final int[] roots;
  private final int[] output;
  private final int[] groupDepth;

  private FlatForest(XgboostModel model, LinkFunction link, @Nullable Calibration calibration)
      throws ModelException {
    this.model = model;
    this.link = link;
    this.calibration = calibration;
    this.categorical = model.isCategorical();
    int trees = model.trees().size();
    for (int tree = 0; tree < trees; tree++) {
      if (model.output()[tree] < 0 || model.output()[tree] >= model.outputs()) {
        throw new ModelException("Tree " + tree + " adds to an output the model does not have.");
      }
    }
    this.shap = new TreeShap(model);
    int total = model.trees().stream().mapToInt(Tree::size).sum();
    nodes = new long[total];
    values = new float[total];
    roots = new int[trees];
    output = model.output();
    groupDepth = new int[trees / LANES + 1];
    int at = 0;
    for (int t = 0; t < trees; t++) {
      Tree tree = model.trees().get(t);
      roots[t] = at;
      groupDepth[t / LANES] = Math.max(groupDepth[t / LANES], lay(tree, t, at));
      at += tree.size();
    }
  }

  /** Reads a model file of XGBoost, UBJSON or JSON, up to its best iteration. */
  public static FlatForest read(byte[] file) throws ModelException {
    return read(file, null);
  }

  /**
   * The same with the margins before the first tree as XGBoost gives them itself.
   *
   * @param base one an output; null: computed from the file's base score
   */
  public static FlatForest read(byte[] file, float @Nullable [] base) throws ModelException {
    try {
      XgboostModel model = XgboostReader.read(file);
      return of(base == null ? model : model.withBase(base));
    } catch (StackOverflowError | OutOfMemoryError e) {
      throw new ModelException("The model file takes more memory than there is.", e);
    }
  }

  private static FlatForest of(XgboostModel model) throws ModelException {
    LinkFunction link = LinkFunction.of(model.objective());
    // several targets of two classes each have a probability of their own
    boolean several = link == LinkFunction.LOGISTIC && model.outputs() > 1;
    return new FlatForest(model, several ? LinkFunction.SIGMOID : link, null);
  }

  /**
   * The same trees with other probabilities.
   *
   * @throws ModelException when the model has no margin per label
   */
  public FlatForest calibrated(Calibration by) throws ModelException {
    if (link != LinkFunction.SOFTMAX) {
      throw new ModelException("Only a model of multi:softprob can be calibrated.");
    }
    if (!by.biases().isEmpty() && by.biases().size() != outputs()) {
      throw new ModelException(
          "The calibration has %d biases for %d labels.".formatted(by.biases().size(), outputs()));
    }
    return new FlatForest(model, link, by);
  }

  /**
   * Breadth first, the right child before the left: both next to each other in memory.
   *
   * @return the tree's depth
   */
  private int lay(Tree tree, int number, int root) throws ModelException {
    int size = tree.size();
    int[] queue = new int[size];
    int[] depth = new int[size];
    int end = 1;
    for (int head = 0; head < end; head++) {
      int node = queue[head];
      if (tree.isLeaf(node)) {
        nodes[root + head] = (long) Integer.MIN_VALUE << 32;
        values[root + head] = tree.condition()[node] * model.weight()[number];
        continue;
      }
      nodes[root + head] = inner(tree, number, node, end - head);
      depth[end] = depth[head] + 1;
      queue[end++] = tree.right()[node];
      depth[end] = depth[head] + 1;
      queue[end++] = tree.left()[node];
    }
    return depth[end - 1];
  }

  /**
   * @param distance to its children
   */
  private long inner(Tree tree, int number, int node, int distance) throws ModelException {
    if (distance > MAX_INDEX) {
      throw new ModelException("Tree " + number + " is too large: " + tree.size() + " nodes.");
    }
    int feature = tree.feature()[node];
    if (feature < 0 || feature >= model.features()) {
      throw new ModelException("Tree " + number + " reads a column the model does not have.");
    }
    int index = feature + (tree.defaultLeft()[node] ? model.features() : 0);
    return (long) key(tree.condition()[node]) << 32 | (long) distance << 16 | index;
  }

  /** An integer that orders as the float does; both zeros are one. */
  private static int key(float value) {
    int bits = Float.floatToRawIntBits(value + 0.0f);
    return bits ^ bits >> 31 & Integer.MAX_VALUE;
  }

  /** Columns of a row. */
  public int width() {
    return model.features();
  }

  /** Margins of a row: one a class, else one. */
  public int outputs() {
    return model.outputs();
  }

  /** Values of a prediction: two for {@code binary:logistic}, else as many as margins. */
  public int predictions() {
    return link.width(outputs());
  }

  public int trees() {
    return roots.length;
  }

  /** What one thread needs to evaluate rows without allocating. */
  public static final class Scratch {
    private final int[] keys;

    private Scratch(int width) {
      keys = new int[2 * width];
    }
  }

  public Scratch scratch() {
    return new Scratch(width());
  }

  /** Raw scores of a row, NaN being missing. */
  public float[] margins(float[] row) {
    float[] margins = new float[outputs()];
    margins(row, scratch(), margins);
    return margins;
  }

  /** Raw scores of a row into {@code out}, allocating nothing. */
  public void margins(float[] row, Scratch scratch, float[] out) {
    checkWidth(row);
    System.arraycopy(model.base(), 0, out, 0, outputs());
    if (categorical) {
      walk(row, out);
    } else {
      run(keys(row, scratch.keys), out);
    }
  }

  /** What one thread needs to evaluate many rows without allocating. */
  public static final class Block {
    static final int ROWS = 32;

    /** Of depth 6 their nodes take 15 KB: half of a first cache, the rows' keys the other. */
    private static final int TREES = 4 * LANES;

    private final int[][] keys;

    private Block(int width) {
      keys = new int[ROWS][2 * width];
    }
  }

  public Block block() {
    return new Block(width());
  }

  /**
   * Raw scores of many rows, each to the bit as if it were alone: some trees are read once for a
   * block of rows, and stay in the first cache meanwhile.
   *
   * @param out an array of {@link #outputs} a row
   */
  public void margins(float[][] rows, Block block, float[][] out) {
    margins(rows, rows.length, block, out);
  }

  /** The same of the first {@code count} rows. */
  void margins(float[][] rows, int count, Block block, float[][] out) {
    for (int from = 0; from < count; from += Block.ROWS) {
      int to = Math.min(from + Block.ROWS, count);
      for (int row = from; row < to; row++) {
        checkWidth(rows[row]);
        System.arraycopy(model.base(), 0, out[row], 0, outputs());
        if (categorical) {
          walk(rows[row], out[row]);
        } else {
          var unused = keys(rows[row], block.keys[row - from]);
        }
      }
      if (!categorical) {
        run(block.keys, out, from, to);
      }
    }
  }

  private void run(int[][] keys, float[][] out, int from, int to) {
    int trees = to - from == 1 ? grouped() : Block.TREES;
    for (int t = 0; t < grouped(); t += trees) {
      int end = Math.min(t + trees, grouped());
      for (int row = from; row < to; row++) {
        lockstep(t, end, keys[row - from], out[row]);
      }
    }
    for (int row = from; row < to; row++) {
      rest(grouped(), keys[row - from], out[row]);
    }
  }

  private void checkWidth(float[] row) {
    if (row.length != width()) {
      throw new IllegalArgumentException(
          "a row of " + row.length + " columns for a model of " + width());
    }
  }

  /** From margins to probabilities or values. */
  public float[] predict(float[] margins) {
    return link.apply(calibration == null ? margins : calibration.apply(margins));
  }

  /**
   * How much each column moved one of the margins, as XGBoost's {@code pred_contribs}: a value a
   * column and, last, the bias; they add up to the margin.
   */
  public float[] contributions(float[] row, int output) {
    return shap.contributions(row, output);
  }

  private int[] keys(float[] row, int[] keys) {
    int width = row.length;
    for (int i = 0; i < width; i++) {
      float value = row[i];
      if (Float.isNaN(value)) {
        keys[i] = Integer.MAX_VALUE;
        keys[width + i] = Integer.MIN_VALUE;
      } else {
        int key = key(value);
        keys[i] = key;
        keys[width + i] = key;
      }
    }
    return keys;
  }

  private void run(int[] keys, float[] out) {
    lockstep(0, grouped(), keys, out);
    rest(grouped(), keys, out);
  }

  /** Trees that fill groups. */
  private int grouped() {
    return roots.length - roots.length % LANES;
  }

  /** The trees that fill no group, one by one. */
  private void rest(int first, int[] keys, float[] out) {
    for (int t = first; t < roots.length; t++) {
      int at = roots[t];
      for (int depth = groupDepth[t / LANES]; depth > 0; depth--) {
        at = step(nodes, keys, at);
      }
      out[output[t]] += values[at];
    }
  }

  /** The groups of these trees in turn: a call for each would cost a row a quarter of its time. */
  private void lockstep(int from, int to, int[] keys, float[] out) {
    long[] nodes = this.nodes;
    float[] values = this.values;
    int[] roots = this.roots;
    int[] output = this.output;
    for (int first = from; first < to; first += LANES) {
      int a = roots[first];
      int b = roots[first + 1];
      int c = roots[first + 2];
      int d = roots[first + 3];
      int e = roots[first + 4];
      int f = roots[first + 5];
      int g = roots[first + 6];
      int h = roots[first + 7];
      for (int depth = groupDepth[first / LANES]; depth > 0; depth--) {
        a = step(nodes, keys, a);
        b = step(nodes, keys, b);
        c = step(nodes, keys, c);
        d = step(nodes, keys, d);
        e = step(nodes, keys, e);
        f = step(nodes, keys, f);
        g = step(nodes, keys, g);
        h = step(nodes, keys, h);
      }
      out[output[first]] += values[a];
      out[output[first + 1]] += values[b];
      out[output[first + 2]] += values[c];
      out[output[first + 3]] += values[d];
      out[output[first + 4]] += values[e];
      out[output[first + 5]] += values[f];
      out[output[first + 6]] += values[g];
      out[output[first + 7]] += values[h];
    }
  }

  private static int step(long[] nodes, int[] keys, int at) {
    long node = nodes[at];
    return at + ((int) node >>> 16) + (int) ((keys[(int) node & MAX_INDEX] - (node >> 32)) >>> 63);
  }

  private void walk(float[] row, float[] out) {
    for (int t = 0; t < roots.length; t++) {
      Tree tree = model.trees().get(t);
      out[output[t]] += tree.condition()[tree.leaf(row)] * model.weight()[t];
    }
  }

  @Override
  public String toString() {
    return roots.length + " trees, base " + Arrays.toString(model.base());
  }
}
