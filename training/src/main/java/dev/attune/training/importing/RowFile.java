package dev.attune.training.importing;

import dev.attune.training.ByteOrderMark;
import dev.attune.training.UserFault;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows of a CSV, TSV, JSONL or JSON file, gzip recognized by its first bytes. */
final class RowFile {
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
  private static final CSVFormat TSV =
      CSVFormat.TDF.builder().setHeader().setSkipHeaderRecord(true).get();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RowFile() {}

  /** Takes rows until it has enough. */
  interface Sink {
    /**
     * @param row columns by name
     * @param bytes of the file that were read so far
     * @return whether it takes another one
     */
    boolean take(Map<String, String> row, long bytes);
  }

  /**
   * Hands over the rows of a file.
   *
   * @throws UserFault when it can't be read, or its first line lacks a column that the mapping
   *     needs
   */
  static void read(Path file, ImportMapping.Input input, Sink sink) {
    try (CountingInputStream bytes = new CountingInputStream(Files.newInputStream(file));
        BufferedReader in =
            ByteOrderMark.skip(
                new BufferedReader(new InputStreamReader(open(bytes), StandardCharsets.UTF_8)))) {
      switch (input.format()) {
        case CSV -> separated(file, in, CSV, input, row -> sink.take(row, bytes.count()));
        case TSV -> separated(file, in, TSV, input, row -> sink.take(row, bytes.count()));
        case JSONL -> lines(in, row -> sink.take(row, bytes.count()));
        case JSON -> array(in, input.at(), row -> sink.take(row, bytes.count()));
      }
    } catch (IOException | UncheckedIOException | JacksonException | IllegalArgumentException e) {
      throw new UserFault(
          "%s can't be read as %s.".formatted(file, input.format().name().toLowerCase(Locale.ROOT)),
          e);
    }
  }

  /** A file's bytes, decompressed when it is gzip. */
  private static InputStream open(InputStream file) throws IOException {
    InputStream in = new BufferedInputStream(file, 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static void separated(
      Path file,
      BufferedReader in,
      CSVFormat format,
      ImportMapping.Input input,
      Predicate<Map<String, String>> rows)
      throws IOException {
    try (CSVParser parser = CSVParser.parse(in, format)) {
      checkHeader(file, parser.getHeaderNames(), input);
      for (CSVRecord row : parser) {
        if (!rows.test(row.toMap())) {
          return;
        }
      }
    }
  }

  private static void checkHeader(Path file, List<String> header, ImportMapping.Input input) {
    List<String> absent =
        input.columns().stream().filter(column -> !header.contains(column)).toList();
    if (!absent.isEmpty()) {
      throw new UserFault(
          "%s has no %s %s, which the mapping needs. It has %s."
              .formatted(
                  file,
                  absent.size() == 1 ? "column" : "columns",
                  String.join(", ", absent),
                  String.join(", ", header)));
    }
  }

  private static void lines(BufferedReader in, Predicate<Map<String, String>> rows)
      throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank() && !rows.test(row(JSON.readTree(line)))) {
        return;
      }
    }
  }

  /** Elements one by one: the document may be larger than memory. */
  private static void array(BufferedReader in, String at, Predicate<Map<String, String>> rows) {
    try (JsonParser parser = JSON.createParser(in)) {
      JsonToken token = parser.nextToken();
      for (String name : at.isEmpty() ? new String[0] : at.split("\\.")) {
        token = find(parser, name);
      }
      if (token != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("no list of rows" + (at.isEmpty() ? "" : " at " + at));
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode row = parser.readValueAsTree();
        if (!rows.test(row(row))) {
          return;
        }
      }
      if (parser.currentToken() != JsonToken.END_ARRAY) {
        throw new IllegalArgumentException("a row is no object");
      }
    }
  }

  /** The first token of a field of the object that the parser is at. */
  private static @Nullable JsonToken find(JsonParser parser, String name) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean found = parser.currentName().equals(name);
      JsonToken value = parser.nextToken();
      if (found) {
        return value;
      }
      parser.skipChildren();
    }
    throw new IllegalArgumentException("nothing called " + name);
  }

  private static Map<String, String> row(JsonNode object) {
    Map<String, String> row = new HashMap<>();
    flatten("", object, row);
    return row;
  }

  /** Knows how much of a file was read. */
  private static final class CountingInputStream extends FilterInputStream {
    private long count;

    CountingInputStream(InputStream file) {
      super(file);
    }

    long count() {
      return count;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }

  /** Nested fields are columns with dotted names. */
  private static void flatten(String prefix, JsonNode node, Map<String, String> row) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      if (value.isObject()) {
        flatten(prefix + field.getKey() + ".", value, row);
      } else if (!value.isNull()) {
        row.put(prefix + field.getKey(), value.isString() ? value.stringValue() : value.toString());
      }
    }
  }
}
