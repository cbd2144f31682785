package dev.attune.training.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.train.SmallShop;
import dev.attune.training.train.Trainer;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A data scientist's way: rows out, XGBoost as everywhere, its saved file in. */
class ModelAdopterTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final List<String> PAGES = List.of("/refund", "/shipping", "/account");
  private static final List<String> LABELS = List.of("account", "refund", "shipping");

  @TempDir private Path dir;
  private Playbook playbook;
  private ModelRegistry registry;
  private Booster booster;

  @BeforeEach
  void trainElsewhere() throws Exception {
    playbook = Playbook.load(SmallShop.playbook(dir.resolve("shop")));
    registry = new ModelRegistry(dir.resolve("models/shop"));
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 200);
    Trainer.Request request =
        new Trainer.Request(events, playbook, Long.MIN_VALUE, Long.MAX_VALUE, registry, NOW);
    Path csv = dir.resolve("rows.csv");
    assertThat(Trainer.export(request, csv, Progress.SILENT)).isEqualTo(200);
    booster = train(csv);
  }

  /** The columns of the manifest below: views, opened, the pages one-hot. */
  private static Booster train(Path csv) throws Exception {
    try (Reader reader = Files.newBufferedReader(csv)) {
      List<CSVRecord> records =
          CSVFormat.RFC4180
              .builder()
              .setHeader()
              .setSkipHeaderRecord(true)
              .get()
              .parse(reader)
              .getRecords();
      float[] data = new float[records.size() * 5];
      float[] labels = new float[records.size()];
      for (int i = 0; i < labels.length; i++) {
        float[] row = encoded(records.get(i));
        System.arraycopy(row, 0, data, i * 5, 5);
        labels[i] = LABELS.indexOf(records.get(i).get("label"));
      }
      DMatrix matrix = new DMatrix(data, labels.length, 5, Float.NaN);
      matrix.setLabel(labels);
      Map<String, Object> params =
          Map.of("objective", "multi:softprob", "num_class", 3, "max_depth", 3, "nthread", 1);
      return XGBoost.train(matrix, params, 6, Map.of(), null, null);
    }
  }

  private static float[] encoded(CSVRecord row) {
    float[] encoded = new float[5];
    encoded[0] = number(row.get("views"));
    encoded[1] = number(row.get("opened"));
    for (int page = 0; page < 3; page++) {
      String value = row.get("page");
      encoded[2 + page] = value.isEmpty() ? Float.NaN : value.equals(PAGES.get(page)) ? 1 : 0;
    }
    return encoded;
  }

  private static float number(String cell) {
    return cell.isEmpty() ? Float.NaN : Float.parseFloat(cell);
  }

  @Test
  void aModelOfOrdinaryXgboostGoesLiveByShadowAndCanary() throws Exception {
    Trainer.train(
        new Trainer.Request(
            dir.resolve("events.jsonl"), playbook, Long.MIN_VALUE, Long.MAX_VALUE, registry, NOW),
        Progress.SILENT);

    String version = adopter().adopt(folder("model.ubj", "ubj"));
    registry.shadow(version);
    // its manifest has no metrics for the gates to judge by
    registry.canaryDespiteGates(version, 0.1);
    registry.promoteDespiteGates(version);

    assertThat(registry.live().orElseThrow().version()).isEqualTo("mine.1");
    ModelBundle bundle = ModelBundle.load(registry.published(version));
    float[] encoded = bundle.encode(row(3, "/refund"));
    assertThat(encoded).containsExactly(3, 0, 1, 0, 0);
    DMatrix matrix = new DMatrix(encoded, 1, 5, Float.NaN);
    assertThat(bundle.margins(encoded)).isEqualTo(booster.predict(matrix, true)[0]);
    assertThat(bundle.manifest().selfCheck()).hasSize(16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent.ubj", "intent.json", "categories.ubj", "dart.ubj", "forest.ubj"})
  void whatPythonSavedGivesWhatPythonSays(String name) throws Exception {
    PythonModel python = PythonModel.named(name);

    FlatForest forest = FlatForest.read(python.file());

    for (int i = 0; i < python.rows().length; i++) {
      float[] margins = forest.margins(python.rows()[i]);
      assertThat(margins).as("margins of row %d", i).isEqualTo(python.margins()[i]);
      float[] predicted = forest.predict(margins);
      for (int c = 0; c < python.predicted()[i].length; c++) {
        // of two classes Python tells the second one's probability
        float ours = predicted[predicted.length == 2 ? 1 : c];
        float theirs = python.predicted()[i][c];
        assertThat(ours).isCloseTo(theirs, within(1e-6f * Math.abs(theirs)));
      }
    }
  }

  @Test
  void whatPythonSavedIsDroppedInWithAManifest() throws Exception {
    PythonModel python = PythonModel.named("intent.ubj");
    Path folder = folder("model.ubj", "ubj");
    Files.write(folder.resolve("model.ubj"), python.file());

    String version = adopter().adopt(folder);
    registry.promoteDespiteGates(version);

    ModelBundle bundle = ModelBundle.load(registry.published(version));
    for (int i = 0; i < python.rows().length; i++) {
      assertThat(bundle.margins(python.rows()[i])).isEqualTo(python.margins()[i]);
    }
  }

  @Test
  void theJsonFormIsTakenToo() throws Exception {
    String version = adopter().adopt(folder("model.json", "json"));

    assertThat(ModelBundle.load(registry.published(version)).width()).isEqualTo(5);
  }

  /** Of these the logarithm of the C library is a unit in the last place off, or of some others. */
  @ParameterizedTest
  @ValueSource(doubles = {0.148, 0.491, 0.498, 0.74, 0.5, 0.001})
  void noModelIsRefusedForItsBaseScore(double score) throws Exception {
    DMatrix rows = random(5);
    Map<String, Object> params =
        Map.of("objective", "binary:logistic", "base_score", score, "max_depth", 2, "nthread", 1);
    booster = XGBoost.train(rows, params, 3, Map.of(), null, null);

    ModelBundle bundle = ModelBundle.load(registry.published(adoptAs("no", "yes")));

    float[] row = new float[5];
    assertThat(bundle.margins(row))
        .isEqualTo(booster.predict(new DMatrix(row, 1, 5, Float.NaN), true)[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbtree", "dart"})
  void roundsOfSeveralTreesEndAtTheBestOne(String kind) throws Exception {
    DMatrix rows = random(5);
    Map<String, Object> params =
        new java.util.HashMap<>(
            Map.of(
                "objective",
                "multi:softprob",
                "num_class",
                3,
                "max_depth",
                3,
                "nthread",
                1,
                "booster",
                kind,
                "num_parallel_tree",
                3,
                "subsample",
                0.6));
    booster = XGBoost.train(rows, params, 6, Map.of(), null, null);
    booster.setAttr("best_iteration", "2");

    ModelBundle bundle = ModelBundle.load(registry.published(adoptAs("a", "b", "c")));

    float[] row = {1, 0.5f, -1, Float.NaN, 2};
    DMatrix asked = new DMatrix(row, 1, 5, Float.NaN);
    // the older call counts the trees of an output: three rounds of three
    assertThat(bundle.margins(row)).isEqualTo(booster.predict(asked, true, 9)[0]);
  }

  /** New kinds of reg:* with several outputs. */
  @ParameterizedTest
  @ValueSource(strings = {"quantile", "expectile"})
  void severalLevelsOfOneValueAreAdopted(String kind) throws Exception {
    DMatrix rows = random(5);
    Map<String, Object> params =
        Map.of(
            "objective",
            "reg:" + kind + "error",
            kind + "_alpha",
            "[0.2,0.5,0.8]",
            "eta",
            1,
            "max_depth",
            2,
            "nthread",
            1);
    booster = XGBoost.train(rows, params, 4, Map.of(), null, null);

    ModelBundle bundle = ModelBundle.load(registry.published(adoptAs("low", "middle", "high")));

    float[] row = {1, 0.5f, -1, Float.NaN, 2};
    DMatrix asked = new DMatrix(row, 1, 5, Float.NaN);
    assertThat(bundle.margins(row)).isEqualTo(booster.predict(asked, true)[0]);
    float[] theirs = booster.predict(asked)[0];
    for (int i = 0; i < 3; i++) {
      assertThat(bundle.score(row)[i]).isCloseTo(theirs[i], within(1e-6f));
    }
  }

  /** Rows of five columns, labels 0 and 1, of which a third class is not seen. */
  private static DMatrix random(long seed) throws Exception {
    Random random = new Random(seed);
    float[] rows = new float[200 * 5];
    float[] labels = new float[200];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = rows[i * 5] + random.nextGaussian() > 0 ? 1 : 0;
    }
    DMatrix matrix = new DMatrix(rows, labels.length, 5, Float.NaN);
    matrix.setLabel(labels);
    return matrix;
  }

  private String adoptAs(String... labels) throws Exception {
    Path folder = folder("model.ubj", "ubj");
    ObjectNode manifest = manifest();
    ArrayNode names = manifest.putArray("labels");
    List.of(labels).forEach(names::add);
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());
    return adopter().adopt(folder);
  }

  @Test
  void aRemoteModelNeedsNoModelFile() throws Exception {
    Path folder = folder("model.ubj", "ubj");
    Files.delete(folder.resolve("model.ubj"));
    ObjectNode manifest = manifest();
    manifest.putObject("remote").put("target", "127.0.0.1:9").put("model", "theirs");
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());

    String version = adopter().adopt(folder);

    var remote =
        Objects.requireNonNull(ModelBundle.load(registry.published(version)).manifest().remote());
    assertThat(remote.model()).isEqualTo("theirs");
    assertThat(remote.timeoutMillis()).isEqualTo(50);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws Exception {
    Path folder = folder("model.ubj", "ubj");
    ObjectNode narrow = manifest();
    ((ArrayNode) narrow.get("encodings")).remove(0);
    ObjectNode old = manifest().put("featureSetId", "of last year");
    ObjectNode changed = manifest();
    ((ArrayNode) changed.get("encodings"))
        .addObject()
        .put("kind", "segment")
        .put("feature", "segment:looking")
        .put("definition", "of last year");
    ObjectNode nameless = manifest().put("version", (String) null);

    assertThatThrownBy(() -> adopt(folder, narrow))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("give 4 columns, the model reads 5");
    assertThatThrownBy(() -> adopt(folder, old)).hasMessageContaining("is for feature set");
    assertThatThrownBy(() -> adopt(folder, changed))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("segment:looking is by a definition (of last year)");
    assertThatThrownBy(() -> adopt(folder, nameless)).hasMessageContaining("needs a version");
    Files.delete(folder.resolve("model.ubj"));
    assertThatThrownBy(() -> adopt(folder, manifest())).hasMessageContaining("neither model.ubj");
    assertThat(registry.versions()).isEmpty();
    try (Stream<Path> left = Files.list(dir.resolve("models/shop"))) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
  }

  @Test
  void aSegmentOfThePlaybookMayBeAColumn() throws Exception {
    Path folder = folder("model.ubj", "ubj");
    ObjectNode manifest = manifest();
    JsonNode looking =
        JsonMapper.shared()
            .readTree(ManifestTemplate.of(playbook))
            .get("encodings")
            .values()
            .stream()
            .filter(encoding -> encoding.get("kind").stringValue().equals("segment"))
            .findFirst()
            .orElseThrow();
    ((ArrayNode) manifest.get("encodings")).set(1, looking);

    adopt(folder, manifest);

    ModelBundle bundle = ModelBundle.load(registry.published("mine.1"));
    assertThat(bundle.columnNames()).element(1).isEqualTo("segment:looking");
    assertThat(bundle.manifest().fits(playbook.features().id(), playbook.segments().definitions()))
        .isTrue();
  }

  private void adopt(Path folder, ObjectNode manifest) throws Exception {
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());
    adopter().adopt(folder);
  }

  private ModelAdopter adopter() {
    return new ModelAdopter(playbook, registry, NOW);
  }

  private Path folder(String file, String format) throws Exception {
    Path folder = Files.createDirectories(dir.resolve("mine"));
    Files.write(folder.resolve(file), booster.toByteArray(format));
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest().toString());
    return folder;
  }

  /** The template, filled in. */
  private ObjectNode manifest() {
    ObjectNode manifest = (ObjectNode) JsonMapper.shared().readTree(ManifestTemplate.of(playbook));
    manifest.put("version", "mine.1");
    LABELS.forEach(((ArrayNode) manifest.get("labels"))::add);
    ArrayNode ours = manifest.putArray("encodings");
    ObjectNode page = null;
    for (var encoding :
        JsonMapper.shared().readTree(ManifestTemplate.of(playbook)).get("encodings")) {
      switch (encoding.get("feature").stringValue()) {
        case "views", "opened" -> ours.add(encoding);
        case "page" -> page = (ObjectNode) encoding;
        default -> {}
      }
    }
    ArrayNode values = ((ObjectNode) ours.add(page).get(2)).putArray("values");
    PAGES.forEach(values::add);
    return manifest;
  }

  private FeatureRow row(double views, @Nullable String page) {
    return new FeatureRow(
        playbook.features().id(),
        new double[] {views, 0},
        new @Nullable String[] {page, "en"},
        new TokenBag[] {TokenBag.EMPTY});
  }
}
