package dev.attune.responses.openapi;

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
 * The document that the service serves, from which the browser SDK's types are made, too. {@code
 * -Dattune.goldens=write} writes what the code says in place of comparing it.
 */
public final class OpenApiDocument {
  private static final Path FILE = Path.of("src/main/resources/openapi.json");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
          .build();

  private OpenApiDocument() {}

  /** Everything but the address must be as springdoc makes it of the running code. */
  public static void assertIsAsMade(JsonNode made) throws IOException {
    JsonNode document = ((ObjectNode) made.deepCopy()).without("servers");
    if ("write".equals(System.getProperty("attune.goldens"))) {
      // a map, since nodes keep their own order
      Files.writeString(
          FILE, JSON.writeValueAsString(JSON.convertValue(document, Map.class)) + "\n");
    }

    assertThat(document).isEqualTo(JSON.readTree(Files.readString(FILE)));
  }
}
