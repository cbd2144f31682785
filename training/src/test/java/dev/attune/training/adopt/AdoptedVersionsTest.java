package dev.attune.training.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files of each version of XGBoost from 1.7 on, adopted: they give what that version said. */
class AdoptedVersionsTest {
  private static final Path VERSIONS = Path.of("../core/src/test/resources/xgboost-versions");

  @TempDir private Path dir;

  static Stream<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> versions = Files.list(VERSIONS).filter(Files::isDirectory).sorted()) {
      for (Path version : versions.toList()) {
        for (String file : said(version.resolve("expected.json")).propertyNames()) {
          files.add(version.getFileName() + "/" + file);
        }
      }
    }
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileOfEachVersionIsAdopted(String file) throws Exception {
    Path model = VERSIONS.resolve(file);
    JsonNode said = said(model.resolveSibling("expected.json")).get(model.getFileName().toString());
    JsonNode margins = said.get("margins");
    var shop = new AdoptionFolder(dir);

    String version = shop.adoptFourColumns(Files.readAllBytes(model), labels(file, margins));

    ModelBundle bundle = ModelBundle.load(shop.registry().published(version));
    for (int i = 0; i < margins.size(); i++) {
      assertThat(bundle.margins(floats(said.get("rows").get(i))))
          .as("row %d", i)
          .containsExactly(floats(margins.get(i)), within(accuracy(file)));
    }
  }

  /** The base margin of a step between expectiles is that of the C library of this machine. */
  private static float accuracy(String file) {
    return file.endsWith("expectiles.ubj") ? 1e-6f : 0;
  }

  /** Two for an answer of yes or no, which has one margin. */
  private static List<String> labels(String file, JsonNode margins) {
    boolean isYesOrNo = file.endsWith("stopped.ubj") || file.endsWith("categories.json");
    int labels = isYesOrNo ? 2 : margins.get(0).size();
    return IntStream.range(0, labels).mapToObj(label -> "label" + label).toList();
  }

  private static JsonNode said(Path expected) {
    return JsonMapper.shared().readTree(expected);
  }

  private static float[] floats(JsonNode list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i).isNull() ? Float.NaN : (float) list.get(i).doubleValue();
    }
    return floats;
  }
}
