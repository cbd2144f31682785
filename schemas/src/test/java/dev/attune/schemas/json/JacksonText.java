package dev.attune.schemas.json;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The plain twin of {@link JsonScanner}: Jackson finds the ends, freed of its limits. */
final class JacksonText extends JsonText {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final byte[] bytes;
  private final int limit;

  JacksonText(byte[] bytes, int start, int limit) {
    super(bytes, start, limit);
    this.bytes = bytes;
    this.limit = limit;
  }

  /**
   * Read as the first of a list, since Jackson wants a blank after a value that stands alone; a
   * byte is a character, so that positions are the same.
   */
  @Override
  int value(int start) {
    String list = "[" + new String(bytes, start, limit - start, StandardCharsets.ISO_8859_1);
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), list)) {
      in.nextToken();
      JsonToken first = in.nextToken();
      if (first == null || first == JsonToken.END_ARRAY) {
        return BAD;
      }
      in.skipChildren();
      in.finishToken();
      return start - 1 + (int) in.currentLocation().getCharOffset();
    } catch (JacksonException e) {
      return BAD;
    }
  }
}
