package dev.attune.training.importing;

import dev.attune.training.UserFault;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows of a CSV, TSV or JSONL file, gzip recognized by its first bytes. */
final class RowFile {
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
  private static final CSVFormat TSV =
      CSVFormat.TDF.builder().setHeader().setSkipHeaderRecord(true).get();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RowFile() {}

  static void read(Path file, ImportMapping.Format format, Consumer<Map<String, String>> rows) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      switch (format) {
        case CSV -> separated(in, CSV, rows);
        case TSV -> separated(in, TSV, rows);
        case JSONL -> lines(in, rows);
      }
    } catch (IOException | UncheckedIOException | JacksonException | IllegalArgumentException e) {
      throw new UserFault(
          file + " can't be read as " + format.name().toLowerCase(java.util.Locale.ROOT) + ".", e);
    }
  }

  /** A file's bytes, decompressed when it is gzip. */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static void separated(
      BufferedReader in, CSVFormat format, Consumer<Map<String, String>> rows) throws IOException {
    try (CSVParser parser = CSVParser.parse(in, format)) {
      for (CSVRecord row : parser) {
        rows.accept(row.toMap());
      }
    }
  }

  private static void lines(BufferedReader in, Consumer<Map<String, String>> rows)
      throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        Map<String, String> row = new HashMap<>();
        flatten("", JSON.readTree(line), row);
        rows.accept(row);
      }
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
