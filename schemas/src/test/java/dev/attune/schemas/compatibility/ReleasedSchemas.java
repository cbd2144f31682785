package dev.attune.schemas.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** The schemas of every released version, as {@code .avsc} files in a folder a version. */
final class ReleasedSchemas {
  /** They define records that the other files name. */
  private static final List<String> FIRST =
      List.of("InteractionEvent.avsc", "FeatureVector.avsc", "Prediction.avsc");

  private ReleasedSchemas() {}

  /** By version, then by full name. */
  static Map<String, Map<String, Schema>> all() throws IOException {
    Map<String, Map<String, Schema>> versions = new TreeMap<>();
    for (Path folder : list(Path.of("src/main/resources/released"))) {
      versions.put(folder.getFileName().toString(), read(folder));
    }
    return versions;
  }

  private static Map<String, Schema> read(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    FIRST.forEach(name -> files.add(folder.resolve(name)));
    list(folder).stream().filter(file -> !files.contains(file)).forEach(files::add);
    Schema.Parser parser = new Schema.Parser();
    Map<String, Schema> schemas = new TreeMap<>();
    for (Path file : files) {
      Schema schema = parser.parse(file.toFile());
      schemas.put(schema.getFullName(), schema);
    }
    return schemas;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
