package dev.attune.core.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One mistake in the support playbook is told in one sentence, at its place, with what was meant. A
 * {@code «} in the mistaken text says where the place is.
 */
class PlaybookMistakesTest {
  private static final Path SUPPORT = Path.of("../playbooks/support");
  private static final String REFUND = "intent.label == \"refund\" && intent.probability > 0.45";
  private static final String FRUSTRATED =
      "'\"frustrated\" in segments && intent.probability < 0.75'";
  private static final String SIZES = "\"Not sure it fits? Ask me about sizes and materials.\"";
  private static final String SUGGESTION = "    description: a hint beside the page";

  @TempDir private Path folder;

  record Mistake(String file, String right, String wrong, String message) {
    @Override
    public String toString() {
      return wrong;
    }
  }

  private static Mistake mistake(String file, String right, String wrong, String message) {
    return new Mistake(file + ".yaml", right, wrong, message);
  }

  static Stream<Mistake> errors() {
    return Stream.of(
            names(), otherFiles(), lengths(), conditions(), languages(), templates(), locales())
        .flatMap(mistakes -> mistakes);
  }

  private static Stream<Mistake> names() {
    return Stream.of(
        mistake(
            "responses",
            REFUND,
            "intent.label == «\"refnud\" && intent.probability > 0.45",
            "unknown intent `refnud` (did you mean `refund`?)"),
        mistake(
            "responses",
            REFUND,
            "intent.label in [\"refund\", «\"paymnt\"]",
            "unknown intent `paymnt` (did you mean `payment`?)"),
        mistake(
            "responses",
            REFUND,
            "probabilities[«\"refnd\"] > 0.4",
            "unknown intent `refnd` (did you mean `refund`?)"),
        mistake(
            "responses",
            REFUND,
            "«probabilities.refnd > 0.4",
            "unknown intent `refnd` (did you mean `refund`?)"),
        mistake(
            "responses",
            FRUSTRATED,
            "'«\"frustratd\" in segments && intent.probability < 0.75'",
            "unknown segment `frustratd` (did you mean `frustrated`?)"),
        mistake(
            "responses",
            REFUND,
            "experiment == «\"personalised-greeting\"",
            "unknown experiment `personalised-greeting` (did you mean `personalized-greeting`?)"),
        mistake(
            "responses",
            REFUND,
            "hour > 3 && variant != «\"treatmnt\"",
            "unknown arm `treatmnt` (did you mean `treatment`?)"),
        mistake(
            "responses",
            REFUND,
            "slot == «\"greting\"",
            "unknown slot `greting` (did you mean `greeting`?)"),
        mistake(
            "responses",
            REFUND,
            "«features.clicks_24 > 3",
            "unknown feature `features.clicks_24` (did you mean `features.clicks_24h`?)"),
        mistake(
            "responses",
            REFUND,
            "«clicks_24h > 3",
            "unknown name `clicks_24h` (did you mean `features.clicks_24h`?)"),
        mistake(
            "responses",
            REFUND,
            ">-\n          intent.label == \"refund\"\n          && «features.click_24h > 3",
            "unknown feature `features.click_24h` (did you mean `features.clicks_24h`?)"),
        mistake(
            "responses",
            REFUND,
            "\"intent.label == \\\"refund\\\" && «variables.ordre == \\\"5\\\"\"",
            "unknown variable `variables.ordre` (did you mean `variables.order`?)"),
        mistake(
            "segments",
            "messages_1h >= 5 || csat_mean_30d <= 2",
            "messages_1h >= 5 || «csat_maen_30d <= 2",
            "unknown name `csat_maen_30d` (did you mean `csat_mean_30d`?)"),
        mistake(
            "segments",
            "messages_1h >= 5 || csat_mean_30d <= 2",
            "«features.messages_1h >= 5 || csat_mean_30d <= 2",
            "unknown feature `features.messages_1h` (did you mean `messages_1h`?)"));
  }

  private static Stream<Mistake> otherFiles() {
    return Stream.of(
        mistake(
            "experiments",
            "goal: handling-time\n",
            "goal: «handlingtime\n",
            "unknown metric `handlingtime` (did you mean `handling-time`?)"),
        mistake(
            "experiments",
            "guardrails: [csat, csat-good]",
            "guardrails: [csat, «csat-god]",
            "unknown metric `csat-god` (did you mean `csat-good`?)"),
        mistake(
            "experiments",
            "covariate: issues_opened_30d",
            "covariate: «issues_open_30d",
            "unknown number feature `issues_open_30d` (did you mean `issues_opened_30d`?)"),
        mistake(
            "experiments",
            "    seed: personalized-greeting\n",
            "    slots: [«greting]\n",
            "unknown slot `greting` (did you mean `greeting`?)"),
        mistake(
            "experiments",
            "    seed: personalized-greeting\n",
            "    force: {ada: «treatmnt}\n",
            "unknown arm `treatmnt` (did you mean `treatment`?)"),
        mistake(
            "experiments",
            "    seed: personalized-greeting\n",
            "    when: '«\"retuning\" in segments'\n",
            "unknown segment `retuning` (did you mean `returning`?)"),
        mistake(
            "experiments",
            "any: issue_resolved where",
            "any: «issue_resolvd where",
            "unknown event type `issue_resolvd` (did you mean `issue_resolved`?)"),
        mistake(
            "experiments",
            "resolution == \"bot\"",
            "«resoluton == \"bot\"",
            "unknown name `resoluton` (did you mean `resolution`?)"),
        mistake(
            "features",
            "count: clicked\n",
            "count: «clikced\n",
            "unknown event type `clikced` (did you mean `clicked`?)"),
        mistake(
            "features",
            "mean: message_sent.length",
            "mean: message_sent.«lenght",
            "`message_sent` has no field `lenght` (did you mean `length`?)"),
        mistake(
            "features",
            "issues_resolved_30d / issues_opened_30d",
            "issues_resolved_30d / «issues_opend_30d",
            "unknown number feature `issues_opend_30d` (did you mean `issues_opened_30d`?)"),
        mistake(
            "features",
            "  clicks_24h:\n    description: clicks on anything\n    count:",
            "  clicks_24h:\n    «description: clicks on anything\n    cuont:",
            "feature `clicks_24h` has no kind: unknown key `cuont` (did you mean `count`?)"),
        mistake(
            "training",
            "event: issue_opened",
            "event: «issue_opend",
            "unknown event type `issue_opend` (did you mean `issue_opened`?)"),
        mistake(
            "training",
            "field: category",
            "field: «categroy",
            "`issue_opened` has no field `categroy` (did you mean `category`?)"),
        mistake(
            "training",
            "last_page: one_hot",
            "«lastpage: one_hot",
            "unknown feature or segment `lastpage` (did you mean `last_page`?)"),
        mistake(
            "training",
            "slices: [locale, channel]",
            "slices: [locale, «chanel]",
            "unknown category feature `chanel` (did you mean `channel`?)"));
  }

  private static Stream<Mistake> lengths() {
    return Stream.of(
        mistake(
            "responses",
            SIZES,
            "«\"" + "Ask! ".repeat(120) + "?\"",
            "the text has 601 characters, its slot allows 600"),
        mistake(
            "responses",
            SUGGESTION,
            "    maxLength: «9x\n" + SUGGESTION,
            "`slots.suggestion.maxLength` must be a whole number from 10 to 20000, not `9x`"));
  }

  private static Stream<Mistake> conditions() {
    return Stream.of(
        mistake(
            "responses",
            REFUND,
            "intent.label «= \"refund\"",
            "`=` is not expected here (did you mean `==`?)"),
        mistake(
            "responses",
            REFUND,
            "intent.label == \"refund\" «and hour > 3",
            "`and` is not expected here (did you mean `&&`?)"),
        mistake("responses", REFUND, "hour >«", "the condition ends too early"),
        mistake(
            "responses", REFUND, "intent.label «> 3", "`>` does not work on a text and a number"),
        mistake(
            "responses", REFUND, "«intent.label", "a condition is true or false, this is a text"),
        mistake(
            "responses",
            REFUND,
            "intent.label.«startWith(\"re\")",
            "unknown function `startWith` (did you mean `startsWith`?)"));
  }

  private static Stream<Mistake> languages() {
    return Stream.of(
        mistake(
            "responses",
            "timezone: UTC\n",
            "timezone: UTC\n«\tformat: plain\n",
            "is not YAML: a tab stands here; indent with spaces"),
        mistake(
            "responses",
            "locales: [en, es]\n",
            "locales: «[en, es\n",
            "is not YAML: this `[` is not closed, or a comma is missing in it"),
        mistake(
            "responses",
            "{to: payments, note: has trouble with a payment}",
            "{to: «\"payments, note: has trouble with a payment}",
            "is not YAML: this quote is not closed"),
        mistake(
            "responses",
            "description: the chat window opens",
            "description: opens«: the chat window",
            "is not YAML: a `:` is not allowed here; put the text in quotes"));
  }

  private static Stream<Mistake> templates() {
    return Stream.of(
        mistake(
            "responses",
            SIZES,
            "\"Hello «{{nmae}}\"",
            "unknown variable `nmae` (did you mean `name`?)"),
        mistake(
            "responses",
            SIZES,
            "\"You clicked «{{features.clicks_24}} times\"",
            "unknown feature `features.clicks_24` (did you mean `features.clicks_24h`?)"),
        mistake(
            "responses",
            SIZES,
            "\"Hi «{{#segments.frustratd}}sorry{{/segments.frustratd}}\"",
            "unknown segment `segments.frustratd` (did you mean `segments.frustrated`?)"),
        mistake(
            "responses",
            SIZES,
            "\"Hello «{{#name}}you\"",
            "`{{#name}}` is not closed; write {{/name}} after it"),
        mistake(
            "responses",
            SIZES,
            "\"Hello {{#name}}you«{{/nmae}}\"",
            "`{{/nmae}}` closes nothing: `{{#name}}` is open"),
        mistake(
            "responses",
            SIZES,
            "'{{#message}}«{features_clicks_24h, plural, one {# click}}{{/message}}'",
            "the ICU message can't be read: a plural or select needs the case `other {…}`"),
        mistake(
            "responses",
            SIZES,
            "'{{#message}}Of «{features_clicks, number} clicks{{/message}}'",
            "unknown feature `features_clicks` (did you mean `features_clicks_24h`?)"));
  }

  private static Stream<Mistake> locales() {
    return Stream.of(
        mistake(
            "responses",
            "label: {en: My orders, es: Mis pedidos}",
            "label: {en: My orders, «ed: Mis pedidos, es: Mis pedidos}",
            "locale `ed` is not under `locales`; add it there, or write one of en, es"),
        mistake(
            "responses",
            "label: {en: My orders, es: Mis pedidos}",
            "label: «{es: Mis pedidos}",
            "there is no text for locale `en`, the default"));
  }

  static Stream<Mistake> warnings() {
    return Stream.of(
        mistake(
            "responses",
            "label: {en: My orders, es: Mis pedidos}",
            "label: «{en: My orders}",
            "there is no text for locale `es`; its readers get `en`"),
        mistake(
            "responses",
            "      - name: payment\n        when: intent.label == \"payment\" && intent.probability > 0.6\n",
            "      - name: anything\n        text: {en: Hi, es: Hola}\n"
                + "      - «name: payment\n        when: hour > 6\n",
            "rule `payment` is never reached: `anything` (line %d) always holds"),
        mistake(
            "responses",
            "      - name: refund\n        when: " + REFUND,
            "      - «name: refund\n        when: intent.label == \"order_status\" && intent.probability > 0.45",
            "rule `refund` is never reached: `order-status` (line %d) has the same condition"),
        mistake(
            "responses",
            SIZES,
            "«\"Ask{{#name}}" + "! ".repeat(300) + "{{/name}}\"",
            "the text has 602 characters when all its sections are shown, its slot allows 600"),
        mistake(
            "training",
            "top1: {above: majority_top1}",
            "top1: {above: «majority_top2}",
            "unknown metric `majority_top2` (did you mean `majority_top1`?)"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void tellsWhatIsWrongAtItsPlace(Mistake mistake) throws IOException {
    String place = write(mistake);

    List<String> told = refusal();

    assertThat(told).containsExactly(place + ": " + mistake.message());
  }

  @ParameterizedTest
  @MethodSource("warnings")
  void warnsOfWhatIsHardlyMeant(Mistake mistake) throws IOException {
    String place = write(mistake);

    List<Problem> told = Playbook.load(folder).warnings();

    String message = mistake.message().replaceAll("%d", "\\\\E\\\\d+\\\\Q");
    assertThat(told)
        .singleElement()
        .asString()
        .matches("\\Q" + place + ": warning: " + message + "\\E");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "experiments.yaml | experiment.yaml | (did you mean `experiments.yaml`?)",
        "training.yaml    | Training.yaml   | (did you mean `training.yaml`?)",
        "questions.yaml   | questions.yml   | (did you mean `questions.yaml`?)",
        "simulation.yaml  | people.yaml     | (known: experiments.yaml, features.yaml, ",
      })
  void warnsOfAFileThatNothingReads(String right, String wrong, String meant) throws IOException {
    var unused = write(mistake("features", "session: {gap: 30m}", "session: {gap: 30m}", ""));
    Path file = folder.resolve(wrong);
    Files.move(folder.resolve(right), file);
    Files.writeString(folder.resolve("import-orders.yaml"), "");
    Files.writeString(folder.resolve(".draft.yaml"), "");

    assertThat(Playbook.load(folder).warnings())
        .singleElement()
        .asString()
        .startsWith(file + ":1:1: warning: nothing reads a file of this name " + meant);
  }

  @Test
  void aMisnamedFileIsNamedBeforeTheMistakesThatFollowFromIt() throws IOException {
    var unused = write(mistake("features", "session: {gap: 30m}", "session: {gap: 30m}", ""));
    Files.move(folder.resolve("segments.yaml"), folder.resolve("segment.yaml"));

    assertThat(refusal()).first().asString().contains("segment.yaml:1:1: warning: ");
    assertThat(refusal()).hasSizeGreaterThan(1);
  }

  @Test
  void theBundledPlaybooksHaveNoMistake() {
    for (String name : List.of("support", "thunderbird")) {
      assertThat(Playbook.load(SUPPORT.resolveSibling(name)).warnings()).isEmpty();
    }
  }

  @Test
  void aSlotCanAllowLessThanTheOthers() throws IOException {
    String place =
        write(
            mistake("responses", SUGGESTION, "«    maxLength: 60\n" + SUGGESTION, "the text has"));

    List<String> told = refusal();

    assertThat(place).startsWith(folder.toString());
    assertThat(told)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("characters, its slot allows 60"));
  }

  @Test
  void tellsEveryMistakeOfACondition() throws IOException {
    String two = "intent.label == \"refnd\" && features.click_24h > 3";
    write(mistake("responses", REFUND, two, ""));

    assertThat(refusal())
        .satisfiesExactly(
            line -> assertThat(line).contains("unknown intent `refnd`"),
            line -> assertThat(line).contains("unknown feature `features.click_24h`"));
  }

  @Test
  void theFileThatOthersBuildOnComesFirst() throws IOException {
    write(mistake("features", "  issues_opened_30d:", "  issue_opened_30d:", ""));

    List<String> told = refusal();

    assertThat(told)
        .satisfiesExactly(
            line -> assertThat(line).contains("features.yaml:").contains("`issues_opened_30d`"),
            line -> assertThat(line).contains("experiments.yaml:").contains("`issues_opened_30d`"));
  }

  @Test
  void aFileThatIsNoYamlHidesTheOthersMistakes() throws IOException {
    write(mistake("features", "session: {gap: 30m}", "session: {gap: 30m", ""));

    assertThat(refusal()).singleElement().asString().contains("features.yaml:");
  }

  /** Copies the support playbook with the mistake in it; the answer is where the mistake is. */
  private String write(Mistake mistake) throws IOException {
    try (Stream<Path> files = Files.list(SUPPORT)) {
      for (Path file : files.toList()) {
        Files.writeString(folder.resolve(file.getFileName()), Files.readString(file));
      }
    }
    Path file = folder.resolve(mistake.file());
    String text = Files.readString(file);
    assertThat(text).contains(mistake.right());
    int at = text.indexOf(mistake.right());
    String wrong =
        text.substring(0, at) + mistake.wrong() + text.substring(at + mistake.right().length());
    Files.writeString(file, wrong.replace("«", ""));
    return file + ":" + place(wrong);
  }

  private static String place(String marked) {
    String before = marked.substring(0, Math.max(0, marked.indexOf('«')));
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    return line + ":" + (before.length() - before.lastIndexOf('\n'));
  }

  private List<String> refusal() {
    try {
      Playbook.load(folder);
    } catch (PlaybookException e) {
      return String.valueOf(e.getMessage()).lines().toList();
    }
    return List.of();
  }
}
