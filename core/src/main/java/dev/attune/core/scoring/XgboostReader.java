package dev.attune.core.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the model files of XGBoost 1.6 to 3.x, UBJSON or JSON. What the evaluator can't reproduce
 * exactly is refused with the reason.
 */
final class XgboostReader {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private XgboostReader() {}

  static XgboostModel read(byte[] bytes) throws ModelException {
    Fields root;
    try {
      root =
          Fields.of(
              isJson(bytes) ? JSON.readValue(bytes, Map.class) : Ubjson.read(bytes), "the file");
      return model(root.object("learner"));
    } catch (IOException | JacksonException e) {
      throw new ModelException("The model file is neither XGBoost UBJSON nor JSON.", e);
    } catch (IndexOutOfBoundsException | ArithmeticException | NumberFormatException e) {
      throw new ModelException("The model file contradicts itself.", e);
    }
  }

  /** Both formats open with a brace; JSON goes on with white space or a quote. */
  private static boolean isJson(byte[] bytes) {
    return bytes.length > 1
        && bytes[0] == '{'
        && (bytes[1] == '"' || Character.isWhitespace((char) bytes[1]));
  }

  private static XgboostModel model(Fields learner) throws ModelException {
    String objective = learner.object("objective").text("name");
    Fields booster = learner.object("gradient_booster");
    String name = booster.text("name");
    if (name.equals("gblinear")) {
      throw new ModelException("The booster gblinear has no trees; train with gbtree or dart.");
    }
    Fields trees = (booster.has("gbtree") ? booster.object("gbtree") : booster).object("model");
    int kept = treesKept(learner, trees);
    Fields params = learner.object("learner_model_param");
    int outputs =
        Math.max(1, Math.max(params.integer("num_class", 0), params.integer("num_target", 1)));
    return new XgboostModel(
        objective,
        params.integer("num_feature", 0),
        base(params.text("base_score"), outputs, objective),
        trees(trees, kept),
        Arrays.copyOf(trees.integers("tree_info"), kept),
        weights(booster.has("weight_drop") ? booster : trees, kept));
  }

  /** Early stopping leaves the rounds after the best one in the file; they are not part of it. */
  private static int treesKept(Fields learner, Fields trees) throws ModelException {
    int all = trees.list("trees").size();
    Fields attributes = learner.objectOrEmpty("attributes");
    if (!attributes.has("best_iteration") || !trees.has("iteration_indptr")) {
      return all;
    }
    int[] starts = trees.integers("iteration_indptr");
    int next = attributes.integer("best_iteration", 0) + 1;
    return next < starts.length ? starts[next] : all;
  }

  private static float[] base(String text, int outputs, String objective) {
    String[] parts = text.replaceAll("[\\[\\]\\s]", "").split(",");
    float[] base = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      base[i] =
          XgboostModel.toMargin(objective, Float.parseFloat(parts[parts.length == 1 ? 0 : i]));
    }
    return base;
  }

  /** What DART left of each tree: beside the trees since 3.4, in the booster before. */
  private static float[] weights(Fields holder, int kept) throws ModelException {
    if (holder.has("weight_drop")) {
      return Arrays.copyOf(holder.floats("weight_drop"), kept);
    }
    float[] weights = new float[kept];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static List<Tree> trees(Fields model, int kept) throws ModelException {
    List<@Nullable Object> items = model.list("trees");
    List<Tree> trees = new ArrayList<>(kept);
    for (int i = 0; i < kept; i++) {
      trees.add(tree(Fields.of(items.get(i), "tree " + i), i));
    }
    return trees;
  }

  private static Tree tree(Fields tree, int number) throws ModelException {
    if (tree.object("tree_param").integer("size_leaf_vector", 1) > 1) {
      throw new ModelException(
          "Trees with vector leaves are not supported; train with multi_strategy one_output_per_tree.");
    }
    int[] left = tree.integers("left_children");
    Tree read =
        new Tree(
            left,
            tree.integers("right_children"),
            tree.integers("split_indices"),
            tree.floats("split_conditions"),
            tree.flags("default_left", left.length),
            tree.floats("sum_hessian"),
            categories(tree, left.length));
    check(read, number);
    return read;
  }

  /** Every node the root leads to is inside the tree and reached once, so every walk ends. */
  private static void check(Tree tree, int number) throws ModelException {
    int size = tree.size();
    boolean whole =
        size > 0
            && tree.right().length == size
            && tree.feature().length == size
            && tree.condition().length == size
            && tree.cover().length == size;
    if (!whole || !isTree(tree)) {
      throw new ModelException("Tree " + number + " of the model file is damaged.");
    }
  }

  private static boolean isTree(Tree tree) {
    int[] queue = new int[tree.size()];
    BitSet reached = new BitSet();
    reached.set(0);
    int end = 1;
    for (int head = 0; head < end; head++) {
      int node = queue[head];
      if (tree.isLeaf(node)) {
        continue;
      }
      for (int child : new int[] {tree.right()[node], tree.left()[node]}) {
        if (child < 0 || child >= tree.size() || reached.get(child)) {
          return false;
        }
        reached.set(child);
        queue[end++] = child;
      }
      if (Float.isNaN(tree.condition()[node]) && tree.categories()[node] == null) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable BitSet[] categories(Fields tree, int nodes) throws ModelException {
    @Nullable BitSet[] sets = new BitSet[nodes];
    if (!tree.has("categories_nodes")) {
      return sets;
    }
    int[] owners = tree.integers("categories_nodes");
    int[] starts = tree.integers("categories_segments");
    int[] sizes = tree.integers("categories_sizes");
    int[] values = tree.integers("categories");
    for (int i = 0; i < owners.length; i++) {
      BitSet set = new BitSet();
      for (int j = 0; j < sizes[i]; j++) {
        set.set(values[starts[i] + j]);
      }
      sets[owners[i]] = set;
    }
    return sets;
  }

  /** Typed reading with one message for whatever is not there. */
  private record Fields(Map<?, ?> map, String where) {
    static Fields of(@Nullable Object value, String where) throws ModelException {
      if (value instanceof Map<?, ?> map) {
        return new Fields(map, where);
      }
      throw new ModelException("The model file lacks " + where + ".");
    }

    boolean has(String name) {
      return map.get(name) != null;
    }

    Fields object(String name) throws ModelException {
      return of(map.get(name), name);
    }

    Fields objectOrEmpty(String name) throws ModelException {
      return has(name) ? object(name) : new Fields(Map.of(), name);
    }

    String text(String name) throws ModelException {
      if (map.get(name) instanceof String text) {
        return text;
      }
      throw new ModelException("The model file lacks " + name + " in " + where + ".");
    }

    int integer(String name, int otherwise) {
      Object value = map.get(name);
      return value == null ? otherwise : Integer.parseInt(value.toString());
    }

    @SuppressWarnings("unchecked")
    List<@Nullable Object> list(String name) throws ModelException {
      if (map.get(name) instanceof List<?> list) {
        return (List<@Nullable Object>) list;
      }
      throw new ModelException("The model file lacks " + name + " in " + where + ".");
    }

    int[] integers(String name) throws ModelException {
      if (map.get(name) instanceof int[] values) {
        return values;
      }
      List<@Nullable Object> items = list(name);
      int[] values = new int[items.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number(items.get(i), name).intValue();
      }
      return values;
    }

    float[] floats(String name) throws ModelException {
      if (map.get(name) instanceof float[] values) {
        return values;
      }
      List<@Nullable Object> items = list(name);
      float[] values = new float[items.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number(items.get(i), name).floatValue();
      }
      return values;
    }

    boolean[] flags(String name, int size) throws ModelException {
      boolean[] flags = new boolean[size];
      if (map.get(name) instanceof int[] values) {
        for (int i = 0; i < size; i++) {
          flags[i] = values[i] != 0;
        }
        return flags;
      }
      List<@Nullable Object> items = list(name);
      for (int i = 0; i < size; i++) {
        flags[i] =
            items.get(i) instanceof Boolean b ? b : number(items.get(i), name).intValue() != 0;
      }
      return flags;
    }

    private Number number(@Nullable Object value, String name) throws ModelException {
      if (value instanceof Number number) {
        return number;
      }
      if (value instanceof Boolean flag) {
        return flag ? 1 : 0;
      }
      throw new ModelException("The model file has a " + name + " that is not a number.");
    }
  }
}
