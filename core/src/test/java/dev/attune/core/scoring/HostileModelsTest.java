package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Files made to harm whoever loads them are refused, and cost neither a stack nor a heap. */
@Timeout(10)
class HostileModelsTest {
  private static final int HUGE = 2_000_000_000;

  @ParameterizedTest
  @ValueSource(strings = {"N", "S", "[", "{", "[#", "C"})
  void runsOfOneMarkerAreRefused(String marker) {
    byte[] file = ("{L" + marker.repeat(2_000_000)).getBytes(StandardCharsets.US_ASCII);
    byte[] bare = ("{" + marker.repeat(2_000_000)).getBytes(StandardCharsets.US_ASCII);

    assertRefused(file);
    assertRefused(bare);
  }

  /** Nothing stands for each of its items, so that small pieces would be large lists. */
  @Test
  void typedArraysOfNothingAreRefused() {
    ByteBuffer file = ByteBuffer.allocate(1 << 20);
    file.put((byte) '{').put("L".getBytes(StandardCharsets.US_ASCII)).putLong(1);
    file.put((byte) 'a').put((byte) '[');
    while (file.remaining() > 100) {
      file.put("[$Z#l".getBytes(StandardCharsets.US_ASCII)).putInt(file.remaining() / 2);
    }

    assertRefused(file.array());
  }

  @Test
  void treesTooDeepAreRefused() throws Exception {
    assertRefused(
        edited(
            root -> {
              ObjectNode tree = tree(root);
              int nodes = 40_001;
              int[] left = new int[nodes];
              int[] right = new int[nodes];
              for (int node = 0; node < nodes; node++) {
                boolean inner = node % 2 == 0 && node < nodes - 1;
                left[node] = inner ? node + 1 : -1;
                right[node] = inner ? node + 2 : -1;
              }
              put(tree, "left_children", left);
              put(tree, "right_children", right);
              for (String name : new String[] {"split_indices", "default_left", "split_type"}) {
                put(tree, name, new int[nodes]);
              }
              for (String name : new String[] {"split_conditions", "sum_hessian"}) {
                put(tree, name, new int[nodes]);
              }
              tree.putArray("categories_nodes");
            }));
  }

  @ParameterizedTest
  @CsvSource({
    "num_class, 2000000000",
    "num_class, -3",
    "num_class, 4294967299",
    "num_target, 2000000000",
    "num_feature, 2000000000",
    "num_feature, 1073741825",
    "num_feature, -1",
    "num_feature, 0",
    "base_score, NaN",
    "base_score, Infinity",
    "base_score, '[5E-1,NaN,5E-1]'",
    "base_score, '[5E-1,5E-1]'",
    "base_score, '[5E-1,5E-1,5E-1,5E-1]'",
    "base_score, ''"
  })
  void absurdParametersAreRefused(String name, String value) throws Exception {
    assertRefused(
        edited(root -> ((ObjectNode) learner(root).get("learner_model_param")).put(name, value)));
  }

  @ParameterizedTest
  @ValueSource(ints = {HUGE, -1, 31, 0, 13})
  void roundsOutsideTheTreesAreRefused(int end) throws Exception {
    assertRefused(
        edited(root -> ((ArrayNode) model(root).get("iteration_indptr")).set(3, number(end))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-2000000000", "2.5", "two"})
  void absurdBestRoundsAreRefused(String best) throws Exception {
    assertRefused(
        edited(root -> ((ObjectNode) learner(root).get("attributes")).put("best_iteration", best)));
  }

  @ParameterizedTest
  @ValueSource(ints = {HUGE, 1 << 24, -1})
  void absurdCategoriesAreRefused(int category) throws Exception {
    assertRefused(edited("3.4.0/categories.json", categories(category)));
  }

  private static Consumer<JsonNode> categories(int category) {
    return root -> ((ArrayNode) tree(root).get("categories")).set(0, number(category));
  }

  /** Each node would have all the categories: the square of the file. */
  @Test
  void segmentsOfCategoriesThatOverlapAreRefused() throws Exception {
    assertRefused(
        edited(
            "3.4.0/categories.json",
            root -> {
              ObjectNode tree = tree(root);
              int all = tree.get("categories").size();
              put(tree, "categories_nodes", new int[] {0, 1});
              put(tree, "categories_segments", new int[] {0, 0});
              put(tree, "categories_sizes", new int[] {all, all});
            }));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default_left",
        "split_indices",
        "split_conditions",
        "sum_hessian",
        "left_children"
      })
  void arraysOfATreeThatDifferInLengthAreRefused(String name) throws Exception {
    assertRefused(edited(root -> ((ArrayNode) tree(root).get(name)).remove(0)));
    assertRefused(edited(root -> ((ArrayNode) tree(root).get(name)).add(0)));
  }

  @Test
  void treesWithoutAnOutputAreRefused() throws Exception {
    assertRefused(edited(root -> ((ArrayNode) model(root).get("tree_info")).remove(29)));
    assertRefused(edited(root -> ((ArrayNode) model(root).get("tree_info")).removeAll()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void leavesThatAreNoNumbersAreRefused(String value) throws Exception {
    assertRefused(
        edited(
            root -> {
              int leaf = 0;
              while (tree(root).get("left_children").get(leaf).intValue() >= 0) {
                leaf++;
              }
              double number = Double.parseDouble(value);
              ((ArrayNode) tree(root).get("split_conditions"))
                  .set(leaf, root.isObject() ? doubleNode(number) : null);
            }));
  }

  /** Of thirty trees eighteen are kept; XGBoost itself reads all. */
  @ParameterizedTest
  @CsvSource({"left_children, 2000000000", "right_children, -7"})
  void treesBehindTheBestRoundAreCheckedToo(String name, int value) throws Exception {
    assertRefused(
        edited(
            root -> {
              ObjectNode last = (ObjectNode) model(root).get("trees").get(29);
              ((ArrayNode) last.get(name)).set(0, number(value));
            }));
  }

  /** What DART left of thirty trees. */
  @ParameterizedTest
  @CsvSource({"29, 1", "31, 1", "0, 1", "30, NaN", "30, Infinity", "30, -Infinity"})
  void absurdWeightsOfTreesAreRefused(int count, double weight) throws Exception {
    assertThatCode(() -> FlatForest.read(dart(30, 1))).doesNotThrowAnyException();
    assertRefused(dart(count, weight));
  }

  private static byte[] dart(int count, double weight) throws Exception {
    return edited(
        root -> {
          ObjectNode booster = (ObjectNode) learner(root).get("gradient_booster");
          ArrayNode weights = booster.put("name", "dart").putArray("weight_drop");
          booster.putObject("gbtree").set("model", booster.remove("model"));
          for (int i = 0; i < count; i++) {
            weights.add(doubleNode(weight));
          }
        });
  }

  @Test
  void fractionsAndGiantsAreNoIndexes() throws Exception {
    for (double number : new double[] {0.5, 4294967296.0, Double.NaN}) {
      assertRefused(
          edited(root -> ((ArrayNode) tree(root).get("split_indices")).set(0, doubleNode(number))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x41545854, 0x41545832})
  void textModelsThatAnnounceMoreThanTheyHoldAreRefused(int magic, @TempDir Path dir)
      throws Exception {
    ByteBuffer head = ByteBuffer.allocate(64).putInt(magic).putInt(22).putInt(500).putInt(1 << 22);
    Path file = Files.write(dir.resolve("text.weights"), head.array());

    assertThatThrownBy(() -> TextModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("damaged");
  }

  private static JsonNode doubleNode(double number) {
    return tools.jackson.databind.node.DoubleNode.valueOf(number);
  }

  private static JsonNode number(int number) {
    return tools.jackson.databind.node.IntNode.valueOf(number);
  }

  private static void put(ObjectNode tree, String name, int[] values) {
    ArrayNode array = tree.putArray(name);
    Arrays.stream(values).forEach(array::add);
  }

  private static JsonNode learner(JsonNode root) {
    return root.get("learner");
  }

  private static JsonNode model(JsonNode root) {
    return learner(root).get("gradient_booster").get("model");
  }

  private static ObjectNode tree(JsonNode root) {
    return (ObjectNode) model(root).get("trees").get(0);
  }

  private static byte[] edited(Consumer<JsonNode> change) throws Exception {
    return edited("3.4.0/stopped.json", change);
  }

  private static byte[] edited(String name, Consumer<JsonNode> change) throws Exception {
    JsonNode root = JsonMapper.shared().readTree(VersionedModel.named(name).file());
    change.accept(root);
    // numbers that JSON does not know are written as XGBoost writes them
    return root.toString()
        .replace("\"NaN\"", "NaN")
        .replaceAll("\"(-?Infinity)\"(?=[,\\]])", "$1")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(byte[] file) {
    assertThatThrownBy(() -> FlatForest.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith(".");
  }
}
