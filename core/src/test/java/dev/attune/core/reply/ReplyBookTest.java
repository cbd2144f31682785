package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyBookTest {
  @Test
  void readsAWholeBook() {
    assertThat(problemsOf(ReplyBooks.SHOP)).isEmpty();
  }

  @Test
  void wantsAGenericReplyInEverySlot() {
    assertThat(problemsOf("slots:\n  greeting:\n    rules: []\n"))
        .containsExactly(
            "responses.yaml:3:5: slot `greeting` has no `generic` reply, which is what is said when"
                + " nobody is known");
  }

  @Test
  void findsANameThatNothingFills() {
    assertThat(problemsOf(generic("Hi {{nmae}}")))
        .singleElement()
        .asString()
        .startsWith("responses.yaml:5:17: unknown variable `nmae`");
  }

  @Test
  void findsAnUnbalancedTemplate() {
    assertThat(problemsOf(generic("Hi {{#name}}you")))
        .singleElement()
        .asString()
        .startsWith("responses.yaml:5:17: `{{#name}}` is not closed");
  }

  @Test
  void findsAGenericReplyThatNeedsAKnownUser() {
    assertThat(problemsOf(generic("Hi {{name}}")))
        .singleElement()
        .asString()
        .contains("must work for unknown users");
  }

  @Test
  void letsAGenericReplyGuardWhatMayBeMissing() {
    assertThat(problemsOf(generic("Hi{{#name}}, {{name}}{{/name}}!"))).isEmpty();
  }

  @Test
  void refusesUnescapedVariablesPartialsAndDelimiters() {
    for (String tag : List.of("{{{name}}}", "{{&name}}", "{{>name}}", "{{=<% %>=}}")) {
      assertThat(problemsOf(generic("Hi " + tag)))
          .singleElement()
          .asString()
          .contains("is not allowed");
    }
  }

  @Test
  void findsAConditionOnAnUnknownFeature() {
    assertThat(problemsOf(rules("{name: a, when: features.clicks > 3, text: Hi}")))
        .singleElement()
        .asString()
        .startsWith("responses.yaml:5:25: unknown feature `features.clicks`");
  }

  @Test
  void findsRulesThatAreNeverReached() {
    assertThat(
            problemsOf(
                rules(
                    "{name: all, text: Hi}",
                    "{name: late, when: hour < 12, text: Hi}",
                    "{name: again, when: hour < 12, text: Hi}")))
        .satisfiesExactly(
            late ->
                assertThat(late)
                    .isEqualTo(
                        "responses.yaml:6:9: warning: rule `late` is never reached: `all` (line 5) always"
                            + " holds"),
            again -> assertThat(again).contains("`late` (line 6) has the same condition"));
  }

  @Test
  void findsRulesThatAnEarlierOneCovers() {
    assertThat(
            problemsOf(
                rules(
                    "{name: day, when: hour >= 6 && hour < 22, text: Hi}",
                    "{name: noon, when: 'hour == 12 && intent.label == \"refund\"', text: Hi}",
                    "{name: night, when: hour >= 22, text: Hi}")))
        .containsExactly(
            "responses.yaml:6:9: warning: rule `noon` is never reached: `day` (line 5) comes first and holds"
                + " whenever this one does");
  }

  @Test
  void findsAConditionThatContradictsItself() {
    assertThat(problemsOf(rules("{name: a, when: hour < 6 && hour > 22, text: Hi}")))
        .containsExactly(
            "responses.yaml:5:9: warning: rule `a` is never reached: its condition contradicts itself");
  }

  @Test
  void findsAMissingLocale() {
    assertThat(
            problemsOf(
                """
                locales: [en, es]
                slots:
                  greeting:
                    generic: {text: {en: Hello}}
                """))
        .containsExactly(
            "responses.yaml:4:21: warning: there is no text for locale `es`; its readers get `en`");
  }

  @Test
  void takesALanguageForItsRegions() {
    assertThat(
            problemsOf(
                """
                locales: [en, pt-BR]
                slots:
                  greeting:
                    generic: {text: {en: Hello, pt-BR: Oi}}
                """))
        .isEmpty();
  }

  @Test
  void findsAnUndeclaredLocale() {
    assertThat(problemsOf(generic("{en: Hello, fr: Bonjour}")))
        .singleElement()
        .asString()
        .contains("locale `fr` is not under `locales`");
  }

  @Test
  void findsAMessageThatIcuCannotRead() {
    assertThat(problemsOf(generic("'{{#message}}{name, plural}{{/message}}'")))
        .anySatisfy(problem -> assertThat(problem).contains("the ICU message can't be read"));
  }

  @Test
  void findsAKeyNobodyReads() {
    assertThat(problemsOf(rules("{name: a, wenn: hour < 12, text: Hi}")))
        .anySatisfy(
            problem -> assertThat(problem).contains("unknown key `wenn` (did you mean `when`?)"));
  }

  private static String generic(String text) {
    String value = text.startsWith("{en") || text.startsWith("'") ? text : "\"" + text + "\"";
    return """
        variables: {name: {}}
        slots:
          greeting:
            generic:
              text: %s
        """
        .formatted(value);
  }

  private static String rules(String... rules) {
    return "slots:\n  greeting:\n    generic: {text: Hello}\n    rules:\n      - "
        + String.join("\n      - ", rules)
        + "\n";
  }

  private static List<String> problemsOf(String yaml) {
    Problems problems = new Problems();
    FeatureSet features =
        FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", problems));
    ReplyBook.parse(
        YamlNode.parse("responses.yaml", yaml, problems), features, ReplyBooks.segments());
    return problems.list().stream().map(Problem::toString).toList();
  }
}
