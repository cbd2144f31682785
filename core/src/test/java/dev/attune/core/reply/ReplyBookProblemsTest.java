package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a {@code responses.yaml}, said once each. */
class ReplyBookProblemsTest {
  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "defaultLocale: en | `slots` is missing",
        "{defaultLokale: en, #} | did you mean `defaultLocale`",
        "{defaultLocale: '!', #} | `!` is no locale",
        "{locales: [en, '!'], #} | `!` is no locale",
        "{timezone: Europe/Atlantis, #} | `Europe/Atlantis` is no time zone",
        "{format: htlm, #} | did you mean `html`",
        "{maxLength: 9, #} | from 10 to 20000",
        "{maxLength: 20001, #} | from 10 to 20000",
        "{variables: {intent: {}}, #} | not one of [features, intent, locale, message, segments",
        "{variables: {1st: {}}, #} | a variable is named by letters, digits",
        "{variables: {a: {defualt: x}}, #} | did you mean `default`",
        "{variables: {a: {type: numbr}}, #} | did you mean `number`",
        "{variables: {a: {type: number, default: many}}, #} | `many` is no number",
        "{variables: {a: {type: date, default: soon}}, #} | `soon` is no date",
        "{variables: {a: {maxLength: 0}}, #} | from 1 to 10000",
        "{slots: {1st: {generic: {text: Hi}}}} | a slot is named by letters, digits, `-` and `_`",
        "{slots: {a: {generic: {text: Hi}, ruls: []}}} | did you mean `rules`",
        "{slots: {a: {generic: {txt: Hi, text: Hi}}}} | did you mean `text`",
        "{slots: {a: {generic: {text: Hi}, maxLength: 5}}} | from 10 to 20000",
        "{slots: {a: {generic: {text: ' '}}}} | the text is empty",
        "{slots: {a: {generic: {handoff: {to: x}}}}} | `text` is missing",
        "{slots: {a: {generic: {text: Hi, handoff: {two: x, to: y}}}}} | did you mean `to`",
        "{slots: {a: {generic: {text: Hi, quickReplies: [{vlaue: x, value: y, label: Z}]}}}} | did"
            + " you mean `value`",
        "{slots: {a: {generic: {text: Hi, quickReplies: [{value: y}]}}}} | `label` is missing",
        "{slots: {a: {generic: {alternatives: [{text: Hi, wieght: 1}]}}}} | did you mean `weight`",
        "{slots: {a: {generic: {alternatives: [{text: Hi, weight: 0}]}}}} | `weight` must be above"
            + " 0",
        "{slots: {a: {generic: {text: {en: Hi, de: Hallo}}}}} | locale `de` is not under `locales`",
        "{locales: [en, de], slots: {a: {generic: {text: {de: Hallo}}}}} | no text for locale `en`,"
            + " the default",
        "{slots: {a: {generic: {text: '{{#locale}}{{/locale}}'}}}} | must have 1 to 1000"
            + " characters",
        "{slots: {a: {generic: {text: '{{intent.label}}'}}}} | must work for unknown users",
        "{slots: {a: {generic: {text: '{{features.x}}'}}}} | unknown feature `features.x`",
        "{slots: {a: {generic: {text: '{{segments.frustated}}'}}}} | did you mean"
            + " `segments.frustrated`",
        "{slots: {a: {generic: {text: '{{lokale}}'}}}} | unknown variable `lokale` (did you mean"
            + " `locale`?)",
        "{slots: {a: {generic: {text: '{{/locale}}'}}}} | closes nothing: nothing is open",
        "{slots: {a: {generic: {text: '{{#locale}}{{/locales}}'}}}} | closes nothing: `{{#locale}}`"
            + " is open",
        "{slots: {a: {generic: {text: '{{#locale}} x'}}}} | is not closed; write {{/locale}} after"
            + " it",
        "{slots: {a: {generic: {text: '{{^locale}} x'}}}} | `{{^locale}}` is not closed",
        "{slots: {a: {generic: {text: 'Hi {{}}'}}}} | a tag is written as {{name}}",
        "{slots: {a: {generic: {text: 'Hi {{#}}x{{/}}'}}}} | a tag is written as {{name}}",
        "{slots: {a: {generic: {text: 'Hi {{locale}'}}}} | a tag is written as {{name}}",
        "{slots: {a: {generic: {text: 'Hi {{'}}}} | a tag is written as {{name}}",
      })
  void saysWhatIsWrongOnce(String yaml, String says) {
    read(yaml.replace(", #}", ", slots: {a: {generic: {text: Hi}}}}"));

    assertThat(problems.list())
        .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{name: 1st, text: Yo} | a rule is named by letters",
        "{text: Yo} | `slots.a.rules.name` is missing",
        "{name: b, text: Yo}, {name: b, when: hour < 3, text: Yo} | two rules named `b`",
        "{name: b, txt: Yo, text: Yo} | did you mean `text`",
        "{name: b, when: 'hour << 3', text: Yo} | `<` is not expected here",
      })
  void saysWhatIsWrongWithARule(String rules, String says) {
    read("slots: {a: {generic: {text: Hi}, rules: [" + rules + "]}}");

    assertThat(problems.list())
        .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
        .isNotEmpty()
        .first()
        .extracting(Problem::message)
        .asString()
        .contains(says);
  }

  @Test
  void fullBookOfDefaultsIsRead() {
    ReplyBook book =
        read(
            """
            defaultLocale: ES
            locales: [en, pt_br]
            timezone: Europe/Madrid
            format: html
            maxLength: 50
            variables: {name: {default: you}, n: {type: number, default: "3"}}
            slots:
              a:
                maxLength: 10
                generic: {text: {es: "Hola {{name}}", en: Hi, pt-BR: Oi}}
                rules:
                  - {name: first, when: hour < 3, text: {es: Uno, en: One, pt-BR: Um}}
                  - {name: second, text: {es: Dos, en: Two, pt-BR: Dois}}
              b: {generic: {text: {es: Adiós, en: Bye, pt-BR: Tchau}}}
            """);

    assertThat(problems.list()).isEmpty();
    assertThat(book.defaultLocale()).isEqualTo("es");
    assertThat(book.locales()).containsExactly("es", "en", "pt-BR");
    assertThat(book.zone()).isEqualTo(ZoneId.of("Europe/Madrid"));
    assertThat(book.format()).isEqualTo(TextFormat.HTML);
    assertThat(book.slotNames()).containsExactly("a", "b");
    assertThat(book.ruleNames("a")).containsExactly("first", "second");
    assertThat(book.ruleNames("b")).isEmpty();
    assertThat(book.ruleNames("c")).isEmpty();
    assertThat(book.replies()).isEqualTo(4);
    assertThat(book.slots().get("a"))
        .returns(10, Slot::maxLength)
        .returns("Hola you", Slot::bareText);
    assertThat(book.slots().get("b")).returns(50, Slot::maxLength).returns("Adiós", Slot::bareText);
  }

  @Test
  void withoutAFileNothingIsSaid() {
    ReplyBook none = read("");

    assertThat(none.slotNames()).isEmpty();
    assertThat(none.replies()).isZero();
    assertThat(none.defaultLocale()).isEqualTo("en");
    assertThat(none.locales()).containsExactly("en");
    assertThat(none.expressions().names()).contains("slot", "locale", "hour", "segments");
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void tenQuickRepliesAreTheMost() {
    for (int n : new int[] {10, 11}) {
      Problems found = new Problems();
      String buttons =
          IntStream.range(0, n)
              .mapToObj(i -> "{value: v" + i + ", label: L}")
              .collect(Collectors.joining(", ", "[", "]"));
      ReplyBook.parse(
          YamlNode.parse(
              "r", "slots: {a: {generic: {text: Hi, quickReplies: " + buttons + "}}}", found),
          ReplyBooks.features(),
          ReplyBooks.segments());

      assertThat(found.list()).hasSize(n - 10);
    }
  }

  /** What a text has at least must fit; what it may have when its sections are shown should. */
  @Test
  void textsFitTheirSlot() {
    assertThat(length("1234567890")).isEmpty();
    assertThat(length("12345678901")).containsExactly("ERROR 11 10");
    assertThat(length("123456789{{#locale}}0{{/locale}}")).isEmpty();
    assertThat(length("123456789{{^locale}}012{{/locale}}")).isEmpty();
    assertThat(length("123456789 {{locale}}")).containsExactly("ERROR 1 10");
    assertThat(length("12345678901{{#order}}x{{/order}}")).containsExactly("ERROR 11 10");
    assertThat(length("1{{#order}}234567890{{/order}}")).isEmpty();
    assertThat(length("1{{#order}}2345678901{{/order}}")).containsExactly("WARNING 11 10");
    assertThat(length("1{{#order}}2345678901{{#locale}}2{{/locale}}{{/order}}"))
        .containsExactly("WARNING 12 10");
    assertThat(length("1{{#order}}{{#message}}{locale} 234567890{{/message}}{{/order}}")).isEmpty();
  }

  private static List<String> length(String text) {
    Problems found = new Problems();
    ReplyBook.parse(
        YamlNode.parse(
            "r",
            "{variables: {order: {}}, slots: {a: {maxLength: 10, generic: {text: '"
                + text
                + "'}}}}",
            found),
        ReplyBooks.features(),
        ReplyBooks.segments());
    return found.list().stream()
        .map(p -> p.severity() + " " + p.message().replaceAll("[^0-9 ]", "").strip())
        .map(shown -> shown.replaceAll(" +", " "))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{count, plural, one {#}} | a plural or select needs the case `other {…}`",
        "{locale, plural} | a `plural` or `select` needs cases, such as `other {…}`",
        "{locale, plural, one} | a case has its text in braces, such as `one {…}`",
        "{locale, select} | a `plural` or `select` needs cases, such as `other {…}`",
        "{lokale} | unknown variable `lokale` (did you mean `locale`?)",
        "{features_x} | unknown feature `features_x`",
        "{segments_x} | unknown segment `segments_x`",
        "{locale | its braces are not balanced",
        "{locale, dat} | write {name}, {count, plural, …} or {day, date, long}",
      })
  void saysWhatIsWrongWithAMessage(String message, String says) {
    read("slots: {a: {generic: {text: 'x{{#message}}" + message + "{{/message}}'}}}");

    assertThat(problems.list())
        .filteredOn(problem -> problem.message().contains(says))
        .as("%s", problems.list())
        .hasSize(1);
  }

  @Test
  void aProblemIsAtItsPlaceInTheText() {
    String before = "slots: {a: {generic: {text: '";
    read(before + "Hi {{ lokale }} {{#message}}of {smth}{{/message}}'}}}");

    assertThat(problems.list())
        .filteredOn(problem -> problem.message().startsWith("unknown"))
        .extracting(problem -> problem.column() - before.length())
        .containsExactly(4, "Hi {{ lokale }} {{#message}}of ".length() + 1);
  }

  /** Values are known to the page by their full names, with a line between their parts. */
  @Test
  void featuresAndSegmentsAreNamesOfTexts() {
    FeatureSet features =
        FeatureSet.parse(
            YamlNode.parse(
                "features.yaml",
                """
                features:
                  clicks: {count: clicked, window: 1h}
                  words: {text: message_sent.text, of: last, window: 1h}
                """,
                problems));
    var names = new TemplateNames(List.of("order"), features, List.of("vip"));

    assertThat(names.arguments())
        .contains("order", "features_clicks", "segments_vip", "intent_label")
        .doesNotContain("features_words", "features.clicks");
    assertThat(names.explain("mesage")).doesNotContain("did you mean `message`");
    assertThat(names.explain("features.words")).startsWith("unknown feature");
  }

  private ReplyBook read(String yaml) {
    return ReplyBook.parse(
        YamlNode.parse("responses.yaml", yaml, problems),
        ReplyBooks.features(),
        ReplyBooks.segments());
  }
}
