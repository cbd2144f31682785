package dev.attune.core.scoring;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file that some version of XGBoost saved, and what that version says of some rows. */
record VersionedModel(
    String name, byte[] file, float[][] rows, float[][] margins, float[][] predictions) {
  private static final List<String> VERSIONS = List.of("1.7.6", "2.0.3", "2.1.4", "3.0.4", "3.4.0");

  static List<VersionedModel> all() throws IOException {
    List<VersionedModel> models = new ArrayList<>();
    for (String version : VERSIONS) {
      JsonNode said = JsonMapper.shared().readTree(resource(version + "/expected.json"));
      for (String file : said.propertyNames()) {
        models.add(
            new VersionedModel(
                version + "/" + file,
                resource(version + "/" + file),
                floats(said.get(file).get("rows")),
                floats(said.get(file).get("margins")),
                floats(said.get(file).get("predictions"))));
      }
    }
    return models;
  }

  static VersionedModel named(String name) throws IOException {
    return all().stream().filter(model -> model.name.equals(name)).findFirst().orElseThrow();
  }

  boolean isJson() {
    return name.endsWith(".json");
  }

  @Override
  public String toString() {
    return name;
  }

  private static byte[] resource(String name) throws IOException {
    String path = "/xgboost-versions/" + name;
    try (InputStream in = Objects.requireNonNull(VersionedModel.class.getResourceAsStream(path))) {
      return in.readAllBytes();
    }
  }

  private static float[][] floats(JsonNode lists) {
    float[][] rows = new float[lists.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[lists.get(i).size()];
      for (int j = 0; j < rows[i].length; j++) {
        JsonNode value = lists.get(i).get(j);
        rows[i][j] = value.isNull() ? Float.NaN : (float) value.doubleValue();
      }
    }
    return rows;
  }
}
