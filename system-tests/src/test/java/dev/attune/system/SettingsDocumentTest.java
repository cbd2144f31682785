package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.system.SettingsTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/settings.md} has a row for each component of each record of settings. */
class SettingsDocumentTest {
  private static final Path ROOT = Checkout.find().root();
  private static final Path DOCUMENT = ROOT.resolve("docs/settings.md");

  private static final Pattern IN_SCRIPT = Pattern.compile("\\$\\{(ATTUNE_[A-Z0-9_]+)");
  private static final Pattern IN_SOURCE =
      Pattern.compile(
          "(?:getenv|getOrDefault|Variables\\.find|Variables\\.get|folder\\(environment,)"
              + "\\(?\\s*\"(ATTUNE_[A-Z0-9_]+|NO_COLOR)\"");

  /** Writes the tables instead of comparing them: {@code -Dattune.goldens=write}. */
  private static final boolean WRITE = "write".equals(System.getProperty("attune.goldens"));

  /** What stands before it is written by hand. */
  private static final String MARK = "<!-- from here on written by SettingsDocumentTest -->\n";

  private static final String APPLICATION = "application.yaml";

  private static final List<SettingsTable> TABLES =
      List.of(
          new SettingsTable("Kafka, the schema registry and keys", "kafka", "attune-kafka.yaml"),
          new SettingsTable("Redis", "predictions", "attune-redis.yaml"),
          new SettingsTable("Traces of the services", "tracing", ""),
          new SettingsTable("The HTTP edge of ingest-gateway and response-api", "http", ""),
          new SettingsTable("ingest-gateway", "ingest-gateway", APPLICATION),
          new SettingsTable("feature-streams", "feature-streams", APPLICATION),
          new SettingsTable("inference-service", "inference-service", APPLICATION),
          new SettingsTable("response-api", "response-api", APPLICATION),
          new SettingsTable("console", "console", APPLICATION));

  static List<SettingsTable> tables() {
    return TABLES;
  }

  @Test
  void everySettingHasItsRow() throws IOException {
    String there = Files.readString(DOCUMENT);
    String head = there.substring(0, there.indexOf(MARK) + MARK.length());
    String wanted =
        head + TABLES.stream().map(SettingsTable::markdown).collect(Collectors.joining());
    if (WRITE) {
      Files.writeString(DOCUMENT, wanted);
    }

    assertThat(Files.readString(DOCUMENT)).isEqualTo(wanted);
  }

  /** Those that its source and its scripts read. */
  @Test
  void everyVariableOfTheCommandLineHasItsRow() throws IOException {
    var read = new TreeSet<String>();
    for (String script : List.of("attune", "system-tests/verb.sh")) {
      read.addAll(found(ROOT.resolve(script), IN_SCRIPT));
    }
    for (String module : List.of("cli", "local", "simulation")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          read.addAll(found(file, IN_SOURCE));
        }
      }
    }
    String document = Files.readString(DOCUMENT);
    String section =
        document.substring(document.indexOf("## The command line"), document.indexOf(MARK));

    assertThat(Pattern.compile("(?m)^\\| `([A-Z0-9_]+)`").matcher(section).results())
        .extracting(row -> row.group(1))
        .containsExactlyInAnyOrderElementsOf(read);
  }

  private static List<String> found(Path file, Pattern variable) throws IOException {
    return variable.matcher(Files.readString(file)).results().map(one -> one.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everySettingSaysWhatItDoes(SettingsTable table) {
    assertThat(table.rows()).isNotEmpty().noneMatch(row -> row.description().isEmpty());
  }

  /** Spring's processor takes the first parameter whose name begins alike. */
  @ParameterizedTest
  @MethodSource("tables")
  void noSettingHasTheWordsOfOneWithALongerName(SettingsTable table) {
    List<Row> rows = table.rows();
    for (Row row : rows) {
      assertThat(rows)
          .filteredOn(other -> other.property().startsWith(row.property() + "-"))
          .noneMatch(longer -> row.description().endsWith(longer.description()));
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyVariableSetsWhatExists(SettingsTable table) {
    assertThat(table.strangers()).isEmpty();
  }
}
