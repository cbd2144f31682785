package dev.attune.training.importing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.training.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's examples do what stands beneath them. */
class ImportGuideTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)(?: (\\w+))?\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir private Path dir;

  @Test
  void eachExampleGivesItsEvents() throws IOException {
    String guide = Files.readString(Path.of("../docs/import.md"));
    Path mapping = dir.resolve("import.yaml");
    List<Path> inputs = new ArrayList<>();
    int examples = 0;
    for (MatchResult block : BLOCK.matcher(guide).results().toList()) {
      switch (block.group(1)) {
        case "yaml" -> {
          Files.writeString(mapping, block.group(3));
          inputs.clear();
        }
        case "csv", "json", "tsv" ->
            inputs.add(Files.writeString(dir.resolve(block.group(2)), block.group(3)));
        case "jsonl" -> {
          assertThat(imported(mapping, inputs)).isEqualTo(block.group(3));
          examples++;
        }
        default -> {}
      }
    }
    assertThat(examples).isEqualTo(3);
  }

  /** Derived sessions have the names that the guide gives them, in their order. */
  private String imported(Path mapping, List<Path> inputs) throws IOException {
    Path out = dir.resolve("events.jsonl");
    var unused = Importer.run(mapping, inputs, out, Progress.SILENT);
    String text = Files.readString(out);
    int number = 1;
    for (String id :
        Pattern.compile("\"sessionId\":\"([0-9a-f]{16})\"")
            .matcher(text)
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList()) {
      text = text.replace(id, "S" + number++);
    }
    return text;
  }
}
