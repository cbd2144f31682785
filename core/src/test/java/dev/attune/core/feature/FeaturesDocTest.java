package dev.attune.core.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/features.md shows works as shown. */
class FeaturesDocTest {
  private static final Pattern YAML =
      Pattern.compile("^( *)```yaml\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);

  static List<String> examples() throws IOException {
    String text = Files.readString(Path.of("../docs/features.md"));
    return YAML.matcher(text)
        .results()
        .map(found -> found.group(2).replaceAll("(?m)^" + found.group(1), ""))
        .filter(yaml -> yaml.startsWith("features:"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsValid(String yaml) {
    var problems = new Problems();

    FeatureSet features = FeatureSet.parse(YamlNode.parse("features.yaml", yaml, problems));

    assertThat(problems.list()).isEmpty();
    assertThat(features.columns()).isNotEmpty();
  }

  @Test
  void everyKindHasAnExample() throws IOException {
    String all = String.join("\n", examples());

    assertThat(FeatureParser.KINDS)
        .allSatisfy(kind -> assertThat(all).containsPattern("\\b" + kind + ": "));
  }
}
