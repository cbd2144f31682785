package dev.attune.core.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part of a value is found in its file, however the value is written. */
class YamlPlacesTest {
  /** Reads {@code «} as the place of the mistake, and {@code ~} as a new line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: one «two",
        "a: one~   «two",
        "a: one~~   «two",
        "a: 'one «two'",
        "a: 'o''ne «two'",
        "a: \"one «two\"",
        "a: \"o\\\"n\\u0065 «two\"",
        "a: \"one\\n «two\"",
        "a: \"one \\~   «two\"",
        "a: |~   one~   «two",
        "a: |- # a comment two~   one~   «two~",
        "a: >-~   one~   «two",
        "# é 😀~é: 😀~a: \"😀 é «two\"",
        "{b: two, a: [«two]}",
        "a: one «two\r\nb: two\r\n",
        "a: &x one «two"
      })
  void tellsThePlaceOfAPart(String marked) {
    String yaml = marked.replace('~', '\n');
    String before = yaml.substring(0, yaml.indexOf('«'));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    String ofLine = before.substring(before.lastIndexOf('\n') + 1);
    var problems = new Problems();
    YamlNode root = YamlNode.parse("f.yaml", yaml.replace("«", ""), problems);
    YamlNode value = root.get("a").items().getFirst();

    value.problemIn(value.text(), value.text().indexOf("two"), "wrong");

    assertThat(problems.list())
        .extracting(Problem::toString)
        .containsExactly(
            "f.yaml:%d:%d: wrong".formatted(line, ofLine.codePointCount(0, ofLine.length()) + 1));
  }
}
