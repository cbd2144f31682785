package dev.attune.training.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SlotPlans;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.train.SmallShop;
import dev.attune.training.train.Trainer;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  @TempDir private Path dir;
  private AdoptionFolder shop;
  private ModelRegistry registry;
  private Booster booster;

  @BeforeEach
  void trainElsewhere() throws Exception {
    shop = new AdoptionFolder(dir);
    registry = shop.registry();
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 200);
    Trainer.Request request =
        new Trainer.Request(
            events, shop.playbook(), Long.MIN_VALUE, Long.MAX_VALUE, registry, AdoptionFolder.NOW);
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
        labels[i] = AdoptionFolder.LABELS.indexOf(records.get(i).get("label"));
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
      encoded[2 + page] =
          value.isEmpty() ? Float.NaN : value.equals(AdoptionFolder.PAGES.get(page)) ? 1 : 0;
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
            dir.resolve("events.jsonl"),
            shop.playbook(),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry,
            AdoptionFolder.NOW),
        Progress.SILENT);

    String version = shop.adopter().adopt(shop.folder("model.ubj", booster.toByteArray("ubj")));
    registry.shadow(version);
    // its manifest has no metrics for the gates to judge by
    var unused = registry.plans().canary(version, 0.1, SlotPlans.Gates.OVERRIDDEN).make();
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
    Path folder = shop.folder("model.ubj", booster.toByteArray("ubj"));
    Files.write(folder.resolve("model.ubj"), python.file());

    String version = shop.adopter().adopt(folder);
    registry.promoteDespiteGates(version);

    ModelBundle bundle = ModelBundle.load(registry.published(version));
    for (int i = 0; i < python.rows().length; i++) {
      assertThat(bundle.margins(python.rows()[i])).isEqualTo(python.margins()[i]);
    }
  }

  @Test
  void theJsonFormIsTakenToo() throws Exception {
    String version = shop.adopter().adopt(shop.folder("model.json", booster.toByteArray("json")));

    assertThat(ModelBundle.load(registry.published(version)).width()).isEqualTo(5);
  }

  @Test
  void aRemoteModelNeedsNoModelFile() throws Exception {
    Path folder = shop.folder("model.ubj", booster.toByteArray("ubj"));
    Files.delete(folder.resolve("model.ubj"));
    ObjectNode manifest = shop.manifest();
    manifest.putObject("remote").put("target", "127.0.0.1:9").put("model", "theirs");
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());

    String version = shop.adopter().adopt(folder);

    var remote =
        Objects.requireNonNull(ModelBundle.load(registry.published(version)).manifest().remote());
    assertThat(remote.model()).isEqualTo("theirs");
    assertThat(remote.timeoutMillis()).isEqualTo(50);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws Exception {
    Path folder = shop.folder("model.ubj", booster.toByteArray("ubj"));
    ObjectNode narrow = shop.manifest();
    ((ArrayNode) narrow.get("encodings")).remove(0);
    ObjectNode old = shop.manifest().put("featureSetId", "of last year");
    ObjectNode changed = shop.manifest();
    ((ArrayNode) changed.get("encodings"))
        .addObject()
        .put("kind", "segment")
        .put("feature", "segment:looking")
        .put("definition", "of last year");
    ObjectNode nameless = shop.manifest().put("version", (String) null);

    assertThatThrownBy(() -> adopt(folder, narrow))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("give 4 columns, the model reads 5");
    assertThatThrownBy(() -> adopt(folder, old)).hasMessageContaining("is for feature set");
    assertThatThrownBy(() -> adopt(folder, changed))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("segment:looking is by a definition (of last year)");
    assertThatThrownBy(() -> adopt(folder, nameless)).hasMessageContaining("needs a version");
    Files.delete(folder.resolve("model.ubj"));
    assertThatThrownBy(() -> adopt(folder, shop.manifest()))
        .hasMessageContaining("neither model.ubj");
    assertThat(registry.versions()).isEmpty();
    try (Stream<Path> left = Files.list(dir.resolve("models/shop"))) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
  }

  @Test
  void aSegmentOfThePlaybookMayBeAColumn() throws Exception {
    Path folder = shop.folder("model.ubj", booster.toByteArray("ubj"));
    ObjectNode manifest = shop.manifest();
    JsonNode looking =
        JsonMapper.shared()
            .readTree(ManifestTemplate.of(shop.playbook()))
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
    assertThat(
            bundle
                .manifest()
                .fits(shop.playbook().features().id(), shop.playbook().segments().definitions()))
        .isTrue();
  }

  private void adopt(Path folder, ObjectNode manifest) throws Exception {
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());
    shop.adopter().adopt(folder);
  }

  private FeatureRow row(double views, @Nullable String page) {
    return new FeatureRow(
        shop.playbook().features().id(),
        new double[] {views, 0},
        new @Nullable String[] {page, "en"},
        new TokenBag[] {TokenBag.EMPTY});
  }
}
