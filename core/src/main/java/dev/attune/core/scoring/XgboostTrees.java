package dev.attune.core.scoring;

import dev.attune.core.scoring.Tree.Categories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trees of a model file. What comes of it can be walked without another look: every walk
 * from the root ends inside the tree, after {@link #MAX_DEPTH} steps at most, at a number.
 */
final class XgboostTrees {
  /**
   * Explanations go down a tree by recursion; trees that are grown level by level end long before.
   */
  static final int MAX_DEPTH = 1000;

  /** XGBoost's own bound: from here on a float is not every whole number. */
  private static final int MAX_CATEGORIES = 1 << 24;

  private XgboostTrees() {}

  /** The first {@code kept} trees; the others are checked too, since XGBoost itself reads them. */
  static List<Tree> read(List<@Nullable Object> items, int kept) throws ModelException {
    List<Tree> trees = new ArrayList<>(kept);
    for (int i = 0; i < items.size(); i++) {
      Tree tree = tree(ModelFields.of(items.get(i), "tree " + i), i);
      if (i < kept) {
        trees.add(tree);
      }
    }
    return trees;
  }

  private static Tree tree(ModelFields tree, int number) throws ModelException {
    int leafSize = tree.object("tree_param").integer("size_leaf_vector", 1, 0, Integer.MAX_VALUE);
    if (leafSize > 1) {
      throw new ModelException(
          "Trees with vector leaves are not supported; train with multi_strategy one_output_per_tree.");
    }
    int[] left = tree.integers("left_children");
    Tree read =
        new Tree(
            left,
            tree.integers("right_children", left.length),
            tree.integers("split_indices", left.length),
            tree.floats("split_conditions", left.length),
            tree.flags("default_left", left.length),
            tree.floats("sum_hessian", left.length),
            categories(tree, left.length));
    if (left.length == 0 || !isTree(read)) {
      throw new ModelException("Tree " + number + " of the model file is damaged.");
    }
    return read;
  }

  /** Every node the root leads to is inside the tree and reached once, so every walk ends. */
  private static boolean isTree(Tree tree) throws ModelException {
    int[] queue = new int[tree.size()];
    int[] depth = new int[tree.size()];
    BitSet reached = new BitSet();
    reached.set(0);
    int end = 1;
    for (int head = 0; head < end; head++) {
      int node = queue[head];
      if (!isSound(tree, node)) {
        return false;
      }
      if (tree.isLeaf(node)) {
        continue;
      }
      if (depth[head] == MAX_DEPTH) {
        throw new ModelException("A tree is deeper than " + MAX_DEPTH + " splits.");
      }
      for (int child : new int[] {tree.right()[node], tree.left()[node]}) {
        if (child < 0 || child >= tree.size() || reached.get(child)) {
          return false;
        }
        reached.set(child);
        depth[end] = depth[head] + 1;
        queue[end++] = child;
      }
    }
    return true;
  }

  /** A split by category has no threshold. */
  private static boolean isSound(Tree tree, int node) {
    float condition = tree.condition()[node];
    boolean known =
        tree.isLeaf(node)
            ? Float.isFinite(condition)
            : !Float.isNaN(condition) || tree.categories()[node] != null;
    return known && !Float.isNaN(tree.cover()[node]);
  }

  private static @Nullable Categories[] categories(ModelFields tree, int nodes)
      throws ModelException {
    @Nullable Categories[] sets = new @Nullable Categories[nodes];
    if (!tree.has("categories_nodes")) {
      return sets;
    }
    int[] owners = tree.integers("categories_nodes");
    int[] starts = tree.integers("categories_segments", owners.length);
    int[] sizes = tree.integers("categories_sizes", owners.length);
    int[] values = tree.integers("categories");
    // one behind the other, as they are written: else few values would be many sets
    int at = 0;
    for (int i = 0; i < owners.length; i++) {
      int owner = owners[i];
      boolean fits = starts[i] == at && sizes[i] >= 0 && sizes[i] <= values.length - at;
      if (!fits || owner < 0 || owner >= nodes || sets[owner] != null) {
        throw new ModelException("The categories of a tree of the model file are damaged.");
      }
      sets[owner] = set(values, at, sizes[i]);
      at += sizes[i];
    }
    return sets;
  }

  private static Categories set(int[] values, int from, int size) throws ModelException {
    int[] set = Arrays.copyOfRange(values, from, from + size);
    Arrays.sort(set);
    if (size > 0 && (set[0] < 0 || set[size - 1] >= MAX_CATEGORIES)) {
      throw new ModelException(
          "A tree splits by a category outside 0 to " + (MAX_CATEGORIES - 1) + ".");
    }
    return new Categories(set);
  }
}
