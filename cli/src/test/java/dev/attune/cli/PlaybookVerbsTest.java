package dev.attune.cli;

import static dev.attune.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs that try a playbook, on the support playbook and without a stack. */
class PlaybookVerbsTest {
  private static final String ADA =
      """
      {"userId":"ada","slot":"greeting","locale":"es-MX","variables":{"name":"Ada"},
       "experiment":"personalized-greeting","variant":"treatment",
       "prediction":{"probabilities":{"refund":0.8,"payment":0.2}}}
      """;

  private final Path folder;

  PlaybookVerbsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void checksAWholePlaybook() {
    Ran ran = run("playbook", "check");

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("playbooks/support: no problems found")
        .containsPattern("checked \\d+ features, \\d+ segments, 6 intents, 4 slots, \\d+ replies")
        .contains("in 2 locales (en, es), 1 experiment, ");
  }

  @Test
  void copiesAPlaybookButNotOntoAnother() throws IOException {
    Path support = Checkout.find().root().resolve("playbooks/support");
    Path copy = folder.resolve("mine-" + UUID.randomUUID());

    Ran ran = run("playbook", "copy", support.toString(), copy.toString());

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(" is a copy of ");
    assertThat(Files.readString(copy.resolve("responses.yaml")))
        .isEqualTo(Files.readString(support.resolve("responses.yaml")));
    assertThat(run("playbook", "copy", support.toString(), copy.toString()).err())
        .contains("exists already");
    assertThat(run("playbook", "copy", folder.resolve("no").toString(), copy + "2").err())
        .contains("There is no playbook");
  }

  @Test
  void namesEveryMistakeWithItsLine() throws IOException {
    Files.writeString(folder.resolve("features.yaml"), "features:\n  clicks: {count: cliked}\n");
    Files.writeString(folder.resolve("responses.yaml"), "slots:\n  greeting: {rules: []}\n");

    Ran ran = run("playbook", "check", folder.toString());

    assertThat(ran.code()).isNotZero();
    assertThat(ran.err())
        .startsWith(folder.resolve("features.yaml") + ":2:19: unknown event type `cliked`")
        .contains("did you mean `clicked`")
        .contains("responses.yaml:2:13: ", "has no `generic` reply");
  }

  @Test
  void checksTheTrackingPlanAndTheQuestionsToo() throws IOException {
    copySupport();
    Path plan =
        Files.writeString(
            folder.resolve("tracking-plan.yaml"),
            "events:\n  coupon_used: {properties: {type: strin}}\n");
    Path questions =
        Files.writeString(
            folder.resolve("questions.yaml"),
            "slot: reply\nquestions:\n  - {accept: refnd, en: hello}\n");

    Ran ran = run("playbook", "check", folder.toString());

    assertThat(ran.code()).isNotZero();
    assertThat(ran.err())
        .contains(plan + ":2:36: is no JSON Schema: ")
        .contains(questions + ":3:14: there is no rule `refnd` (did you mean `refund`?)");

    Files.writeString(questions, "slot: rpely\nquestions:\n  - {accept: refund, en: hello}\n");
    assertThat(run("playbook", "check", folder.toString()).err().lines())
        .last()
        .isEqualTo(questions + ":1:7: there is no slot `rpely` (did you mean `reply`?)");

    Files.writeString(folder.resolve("features.yaml"), "features:\n  clicks: {count: cliked}\n");
    assertThat(run("playbook", "check", folder.toString()).err())
        .contains("features.yaml:2:19: unknown event type `cliked`")
        .contains(plan + ":2:36: is no JSON Schema: ");

    copySupport();
    Files.writeString(plan, "events:\n  coupon_used: {properties: {type: object}}\n");
    assertThat(run("playbook", "check", folder.toString()).out())
        .contains("no problems found", ", 1 custom event");
  }

  @Test
  void tellsOfAMisnamedFileAndOfFilesThatAreNotThere() throws IOException {
    copySupport();
    Path misnamed = folder.resolve("experiment.yaml");
    Files.move(folder.resolve("experiments.yaml"), misnamed);

    Ran ran = run("playbook", "check", folder.toString());

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .startsWith(
            misnamed
                + ":1:1: warning: nothing reads a file of this name (did you mean"
                + " `experiments.yaml`?)")
        .contains(": 1 warning, no errors", "not there: experiments.yaml");
  }

  private void copySupport() throws IOException {
    try (Stream<Path> files = Files.list(Checkout.find().root().resolve("playbooks/support"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Test
  void aWarningIsShownAndStopsNothing() throws IOException {
    Path file = folder.resolve("responses.yaml");
    Files.writeString(
        file, "locales: [en, es]\nslots:\n  greeting:\n    generic: {text: {en: Hello}}\n");

    Ran ran = run("playbook", "check", folder.toString());

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith(file + ":4:21: warning: there is no text for locale `es`")
        .contains(": 1 warning, no errors");
  }

  @Test
  void saysWhatThePlaybookSaysToADescribedUser() throws IOException {
    Path file = Files.writeString(folder.resolve("ada.json"), ADA);

    Ran known = run("respond", "--as", file.toString());
    assertThat(known.out()).contains("¡Hola, Ada!", "rule:refund", "[Empezar una devolución]");

    Ran unknown = run("respond", "--as", file.toString(), "--slot", "nowhere");
    assertThat(unknown.code()).isNotZero();
    assertThat(unknown.err()).contains("no slot `nowhere`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'segmnts': []} | unknown key `segmnts` (did you mean `segments`?)",
        "{'prediction': {'probabilites': {}}}"
            + "| unknown key `prediction.probabilites` (did you mean `probabilities`?)",
        "{'segments': ['frustratd']} | unknown segment `frustratd` (did you mean `frustrated`?)",
        "{'prediction': {'probabilities': {'refnd': 0.8}}}"
            + "| unknown intent `refnd` (did you mean `refund`?)",
        "{'prediction': {'probabilities': {'refund': '0.8'}}}"
            + "| the probability of `refund` must be a number from 0 to 1, not \"0.8\"",
        "{'features': {'clicks_999h': 3}}"
            + "| unknown feature `clicks_999h` (did you mean `clicks_24h`?)",
        "{'features': {'clicks_24h': 'three'}}"
            + "| the feature `clicks_24h` must be a number, not \"three\"",
        "{'variables': {'nme': 'Ada'}} | unknown variable `nme` (did you mean `name`?)",
        "['segments'] | must be an object in braces",
      })
  void whatADescriptionMisspellsIsNotPassedOver(String json, String mistake) throws IOException {
    Path file = Files.writeString(folder.resolve("ada.json"), json.replace('\'', '"'));

    Ran ran = run("respond", "--as", file.toString());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().strip()).isEqualTo("attune: " + file + ": " + mistake);
  }

  @Test
  void aSavedDecisionMayNameWhatThePlaybookNoLongerHas() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("old.json"),
            "{\"decisionId\": \"018f\", \"slot\": \"greeting\", \"segments\": [\"gone\"]}");

    assertThat(run("respond", "--as", file.toString()).code()).isZero();
  }

  @Test
  void modelsOfAFolderThatIsNotThereAreAMistake() {
    Path nowhere = folder.resolve("nowhere");

    Ran ran = run("models", "list", "--playbook", nowhere.toString());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().strip())
        .isEqualTo("attune: " + nowhere + ":1:1: is no playbook: there is no such folder");
  }

  @Test
  void makesARecordedReplyAgain() throws IOException {
    String record =
        """
        {"decisionId":"018f","userId":"ada","slot":"greeting","wantedLocale":"en",
         "decidedAt":"2026-01-02T03:04:05Z","reason":"rule:refund","text":"%s",
         "experiment":"personalized-greeting","variant":"treatment","variables":{"name":"Ada"},
         "prediction":{"probabilities":{"refund":0.8}},"explanation":["`refund` held."]}
        """;
    String said =
        "Hello Ada! Would you like to return something, or check on a refund? I can print the label"
            + " or look up the payment for you.";
    Path same = Files.writeString(folder.resolve("same.json"), record.formatted(said));
    Path other = Files.writeString(folder.resolve("other.json"), record.formatted("Hi"));

    assertThat(run("explain", same.toString()).out()).contains("held.", "the same reply");
    Ran changed = run("explain", other.toString());
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out()).contains("another reply", "Would you like to return something");
  }
}
