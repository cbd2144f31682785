package dev.attune.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The chart's README lists the values as {@code values.yaml} has them. {@code
 * -Dattune.goldens=write} writes it anew.
 */
class ValuesDocumentTest {
  private static final Path CHART = Path.of("helm/attune");
  private static final Path PAGE = CHART.resolve("README.md");

  @Test
  void isMadeFromTheFile() throws IOException {
    String made = ValuesDocument.of(CHART.resolve("values.yaml"));
    if ("write".equals(System.getProperty("attune.goldens"))) {
      Files.writeString(PAGE, made);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(made);
  }

  /** Whatever becomes of the file, no sentence of it is lost. */
  @Test
  void hasEachComment() throws IOException {
    String page = Files.readString(PAGE).replaceAll("\\s+", " ");

    Files.readAllLines(CHART.resolve("values.yaml")).stream()
        .skip(2)
        .map(String::strip)
        .filter(line -> line.startsWith("# "))
        .map(line -> line.substring(2).strip())
        .forEach(
            line -> assertThat(page).contains(line.replaceAll("\\s+", " ").replace("|", "\\|")));
  }
}
