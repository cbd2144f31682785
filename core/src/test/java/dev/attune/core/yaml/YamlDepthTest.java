package dev.attune.core.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlDepthTest {
  private static final int DEEP = 20_000;

  @ParameterizedTest
  @MethodSource
  void saysInASentenceWhatWouldFillTheStack(String yaml, String sentence) {
    var problems = new Problems();

    YamlNode root = YamlNode.parse("f.yaml", yaml, problems);

    assertThat(root.isMissing()).isTrue();
    assertThat(problems.list()).extracting(Problem::toString).containsExactly(sentence);
  }

  static Stream<Arguments> saysInASentenceWhatWouldFillTheStack() {
    String tooDeep = "is nested more than 100 levels deep";
    return Stream.of(
        Arguments.of("[".repeat(DEEP) + "]".repeat(DEEP), "f.yaml:1:101: " + tooDeep),
        Arguments.of("{a: ".repeat(DEEP) + "}".repeat(DEEP), "f.yaml:1:401: " + tooDeep),
        Arguments.of("- ".repeat(DEEP) + "x", "f.yaml:1:201: " + tooDeep),
        Arguments.of("a: 1\nb:\n  " + "[".repeat(DEEP), "f.yaml:3:102: " + tooDeep),
        Arguments.of("a: 1\nb: &b\n  c: [*b]", "f.yaml:3:7: holds itself: *b"));
  }

  @Test
  void readsWhatIsDeepEnoughForAnyPlaybook() {
    var problems = new Problems();
    String deep = "[".repeat(100) + "]".repeat(100);

    assertThat(YamlNode.parse("f.yaml", deep, problems).canonical()).isEqualTo(deep);
    assertThat(YamlNode.parse("f.yaml", "a: &a [1]\nb: *a", problems).canonical())
        .isEqualTo("{a: [1], b: [1]}");
    assertThat(problems.list()).isEmpty();
  }
}
