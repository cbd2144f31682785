package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.system.SettingsTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/settings.md} has a row for each component of each record of settings. */
class SettingsDocumentTest {
  private static final Path DOCUMENT = Checkout.find().root().resolve("docs/settings.md");

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
