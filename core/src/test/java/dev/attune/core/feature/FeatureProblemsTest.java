package dev.attune.core.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mistake is told with its place and what would be right. */
class FeatureProblemsTest {
  private static Problems problems(String yaml) {
    var problems = new Problems();
    var unused = FeatureSet.parse(YamlNode.parse("features.yaml", yaml, problems));
    return problems;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cuont: clicked | did you mean `count`?",
        "count: click | did you mean `clicked`?",
        "count: clicked.element | takes events, not the field",
        "sum: message_sent | name a field: `message_sent.<field>`",
        "sum: message_sent.lenght | did you mean `length`?",
        "sum: page_viewed.page | is no number",
        "count: clicked, window: 45d | must be between 1s and 30d",
        "count: clicked, window: soon | must be",
        "count: clicked, window: 1h, scope: session | exclude each other",
        "count: clicked, scope: visit | must be `session` or `user`",
        "count: clicked, sum: clicked | more than one kind: count, sum",
        "count: clicked, windw: 1h | did you mean `window`?",
        "count: clicked where elemnt == 'a' | did you mean `element`?",
        "count: clicked where element > 3 | `>` does not work on a text and a number",
        "ratio: a / b | unknown number feature `a`",
        "ratio: f | must be two features",
        "ratio: ok / f | `f` is a ratio that isn't declared above this one",
        "rate: clicked, over: clicked, prior: 2 | between 0 and 1",
        "rate: clicked, over: clicked, prior: 0.5, weight: 0 | above 0",
        "top: page_viewed.page, of_last: 100 | 64",
        "first: page_viewed.page, window: 1h | takes no window",
        "last: page_viewed.page, default: x | a missing category stays missing",
        "decay: clicked, half_life: 1s | between 4s and 30d",
        "time_between: clicked, take: avg | mean",
        "text: message_sent.text, words: 0 | needs `words` or `chars`",
        "text: message_sent.text, of: all | must be `last` or `window`",
      })
  void tellsTheMistakeAndWhatWouldBeRight(String declaration, String told) {
    var found = problems("features:\n  ok: {count: clicked}\n  f: {" + declaration + "}\n").list();

    assertThat(found)
        .isNotEmpty()
        .allSatisfy(
            problem -> {
              assertThat(problem.file()).isEqualTo("features.yaml");
              assertThat(problem.line()).isEqualTo(3);
            })
        .extracting(Problem::message)
        .anySatisfy(message -> assertThat(message).contains(told));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text: message_sent.txt | did you mean `text`?",
        "text: message_sent | name a field",
        "text: message_sent.text, window: 90d | must be between 1s and 30d",
        "text: message_sent.text, model: mini | unknown key `model`",
        "window: 1d | text",
      })
  void anEncodersMistakesAreToldToo(String declaration, String told) {
    assertThat(
            problems("features:\n  ok: {count: clicked}\nencoder: {" + declaration + "}\n").list())
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.line()).isEqualTo(3))
        .extracting(Problem::message)
        .anySatisfy(message -> assertThat(message).contains(told));
  }

  /** It would be read before the ratio that it divides. */
  @Test
  void refusesARatioOfOneThatIsDeclaredBelow() {
    assertThat(
            problems(
                    """
                    features:
                      ok: {count: clicked}
                      f: {ratio: ok / g}
                      g: {ratio: ok / f}
                    """)
                .list())
        .singleElement()
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(3))
        .extracting(Problem::message)
        .asString()
        .contains("`g` is a ratio that isn't declared above this one");
  }

  @Test
  void tellsAllMistakesInOneRun() {
    assertThat(
            problems(
                    """
                    features:
                      Bad-Name: {count: clicked}
                      a: {count: nothing_such}
                      b: {window: 1h}
                    """)
                .list())
        .extracting(Problem::line)
        .containsExactly(2, 3, 4);
  }
}
