package dev.attune.core.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.yaml.PlaybookException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is wrong in a playbook is said in Attune's own words, and in one line with its place.
 */
class PlaybookLanguageTest {
  private static final Path SUPPORT = Path.of("../playbooks/support");
  private static final String PIECES = "{}[]()\"':#&|=<>,.!?*%@`\\\t-~x0 \n";
  private static final int CHANGES = 20;

  /** Parts of what YAML, CEL, ICU, Mustache and Java say. */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "while (scanning|parsing)|found character|expected <|mismatched|extraneous|expecting"
              + "|no viable|token recognition|undeclared reference|found no matching|candidates:"
              + "|<input>|<EOF>|pattern index|Exception|tag with no open|close tag|Mark|null'");

  private static final Pattern WITH_PLACE =
      Pattern.compile(".+\\.yaml:\\d+:\\d+: (warning: )?\\S.*");

  @TempDir private Path folder;

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(SUPPORT)) {
      return files.filter(file -> !file.endsWith("simulation.yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void saysEveryMistakeInItsOwnWords(Path broken) throws IOException {
    for (Path file : files()) {
      Files.copy(file, folder.resolve(file.getFileName()));
    }
    String text = Files.readString(broken);
    Random random = new Random(7);
    for (int i = 0; i < CHANGES; i++) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(3));
      char piece = PIECES.charAt(random.nextInt(PIECES.length()));
      String changed = text.substring(0, from) + piece + text.substring(to);

      Files.writeString(folder.resolve(broken.getFileName()), changed);

      assertThat(told())
          .as("%s with %s for %d to %d", broken, piece, from, to)
          .allSatisfy(line -> assertThat(line).matches(WITH_PLACE).doesNotContainPattern(FOREIGN));
    }
  }

  private List<String> told() {
    try {
      return Playbook.load(folder).warnings().stream().map(String::valueOf).toList();
    } catch (PlaybookException e) {
      return String.valueOf(e.getMessage()).lines().toList();
    }
  }
}
