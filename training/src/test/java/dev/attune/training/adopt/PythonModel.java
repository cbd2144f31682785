package dev.attune.training.adopt;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that the ordinary Python XGBoost saved, and what it says of some rows itself; {@code
 * python-xgboost/train.py} made both.
 *
 * @param used rounds up to the best iteration
 * @param margins of each row, one a class
 */
record PythonModel(byte[] file, int used, float[][] rows, float[][] margins, float[][] predicted) {
  static PythonModel named(String name) throws IOException {
    JsonNode said = JsonMapper.shared().readTree(resource("expected.json")).get(name);
    return new PythonModel(
        resource(name),
        said.get("used").intValue(),
        floats(said.get("rows")),
        floats(said.get("margins")),
        floats(said.get("predictions")));
  }

  private static byte[] resource(String name) throws IOException {
    String path = "/python-xgboost/" + name;
    try (InputStream in = Objects.requireNonNull(PythonModel.class.getResourceAsStream(path))) {
      return in.readAllBytes();
    }
  }

  /** A missing value is null there. */
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
