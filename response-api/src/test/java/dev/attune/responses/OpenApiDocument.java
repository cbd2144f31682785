package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document of the repository, from which the browser SDK's types are made. {@code
 * -Dattune.goldens=write} writes what is served in place of comparing it.
 */
final class OpenApiDocument {
  private static final Path FILE = Path.of("../docs/openapi/response-api.json");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
          .build();

  private OpenApiDocument() {}

  /** Everything but the address must be as in the repository. */
  static void assertIsInTheRepository(JsonNode served) throws IOException {
    JsonNode document = ((ObjectNode) served.deepCopy()).without("servers");
    if ("write".equals(System.getProperty("attune.goldens"))) {
      Files.createDirectories(FILE.getParent());
      // a map, since nodes keep their own order
      Files.writeString(
          FILE, JSON.writeValueAsString(JSON.convertValue(document, Map.class)) + "\n");
    }

    assertThat(document).isEqualTo(JSON.readTree(Files.readString(FILE)));
  }
}
