package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/models.md explains every key of {@code training.yaml} and every measure of its gates. */
class TrainingDocumentTest {
  private static final Path FOLDER = Path.of("src/main/java/dev/attune/core/scoring");

  /** Each reads a part of the file. */
  private static final List<String> READERS =
      List.of("TrainingSpecReader.java", "BoostingReader.java", "GatesReader.java");

  private static final Path DOCUMENT = Path.of("../docs/models.md");

  /** What they take: {@code only("a", "b")} and {@code Set.of("a", "b")}. */
  private static final Pattern KEYS = Pattern.compile("(?:only|Set\\.of)\\(([^)]*)\\)");

  private static final Pattern KEY = Pattern.compile("\"(\\w+)\"");

  @Test
  void eachKeyIsExplained() throws IOException {
    String document = Files.readString(DOCUMENT);
    List<String> keys = keys();

    assertThat(keys).contains("label", "min_rows", "decay", "dropped", "search_time");
    assertThat(keys)
        .allSatisfy(key -> assertThat(document).as(key).containsPattern("\\b" + key + "\\b"));
  }

  @Test
  void eachMeasureAndEachKindOfColumnIsExplained() throws IOException {
    String document = Files.readString(DOCUMENT);

    assertThat(TrainingSpec.METRICS)
        .allSatisfy(it -> assertThat(document).contains("`" + it + "`"));
    assertThat(TrainingSpec.Column.values())
        .allSatisfy(
            it -> assertThat(document).contains("`" + it.name().toLowerCase(Locale.ROOT) + "`"));
  }

  private static List<String> keys() throws IOException {
    var source = new StringBuilder();
    for (String reader : READERS) {
      source.append(Files.readString(FOLDER.resolve(reader)));
    }
    return KEYS.matcher(source)
        .results()
        .map(MatchResult::group)
        .flatMap(TrainingDocumentTest::quoted)
        .distinct()
        .toList();
  }

  private static Stream<String> quoted(String source) {
    return KEY.matcher(source).results().map(found -> found.group(1));
  }
}
