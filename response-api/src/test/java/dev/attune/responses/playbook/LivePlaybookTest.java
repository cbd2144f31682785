package dev.attune.responses.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.experiment.ExperimentOverride;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.FeatureNames;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.schemas.avro.StoredPrediction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class LivePlaybookTest {
  private final Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LivePlaybook playbook;

  LivePlaybookTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    write("features.yaml", "features:\n  clicks: {count: clicked, window: 24h}\n");
    write("responses.yaml", responses("Hello!"));
    this.playbook =
        new LivePlaybook(
            Playbook.load(folder), new ReplySettings(folder, Duration.ofHours(24), 0), meters);
  }

  @Test
  void takesOverAWholePlaybook() throws IOException {
    write("responses.yaml", responses("Good day to you!"));

    playbook.look();

    assertThat(said()).isEqualTo("Good day to you!");
    assertThat(playbook.isBehind()).isFalse();
  }

  @Test
  void neverServesABrokenOneAndTakesTheRepairedOne() throws IOException {
    ReplyEngine before = playbook.engine();
    write("responses.yaml", responses("Hello {{nobody}}, here is a longer text"));

    playbook.look();

    assertThat(playbook.engine()).isSameAs(before);
    assertThat(said()).isEqualTo("Hello!");
    assertThat(playbook.isBehind()).isTrue();
    assertThat(meters.counter("attune.playbook.refused").count()).isEqualTo(1);
    playbook.look();
    assertThat(meters.counter("attune.playbook.refused").count()).isEqualTo(1);

    write("responses.yaml", responses("Repaired, and with other words"));
    playbook.look();
    assertThat(said()).isEqualTo("Repaired, and with other words");
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void namesFileLineAndColumnFirstInTheLogAndTheHealth(CapturedOutput log) throws IOException {
    String mistake =
        folder.resolve("responses.yaml")
            + ":5:29: unknown feature `features.click` (did you mean `features.clicks`?)";
    write("responses.yaml", personal("Hello again!", "features.click >= 5"));

    playbook.look();

    assertThat(log).contains(" " + mistake);
    assertThat(new PlaybookHealth(playbook).health().getStatus()).isEqualTo(Status.UP);
    assertThat(new PlaybookHealth(playbook).health().getDetails())
        .containsEntry("refused", List.of(mistake));

    write("responses.yaml", personal("Hello again!", "features.clicks >= 5"));
    playbook.look();
    assertThat(new PlaybookHealth(playbook).health().getDetails()).isEmpty();
  }

  /** Its own mistake is what has to be mended; what others make of it is told after it. */
  @Test
  void namesTheFileOfTheMistakeBeforeThoseThatBuildOnIt() throws IOException {
    write("responses.yaml", personal("Hello again!", "features.clicks >= 5"));
    write("features.yaml", "features:\n  clicks: {cuont: clicked, window: 24h}\n");

    playbook.look();

    assertThat(playbook.errors().getFirst())
        .startsWith(folder.resolve("features.yaml") + ":2:11: ")
        .contains("did you mean `count`");
  }

  @Test
  void takesOverAPlaybookWithWarningsAndTellsThem() throws IOException {
    write("responses.yaml", personal("Hello again!", "hour < 3 && hour > 5"));

    playbook.look();

    assertThat(playbook.isBehind()).isFalse();
    assertThat(new PlaybookHealth(playbook).health().getDetails().get("warnings"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .singleElement()
        .asString()
        .startsWith(
            folder.resolve("responses.yaml") + ":5:9: warning: rule `many` is never reached");
  }

  /** It ended the thread that looks, and nothing was taken over any more. */
  @ParameterizedTest
  @ValueSource(strings = {"flow", "block", "itself"})
  void outlivesWhatWouldFillTheStack(String how) throws Exception {
    playbook.start();
    try {
      write("responses.yaml", deep(how));
      await().atMost(Duration.ofSeconds(30)).until(playbook::isBehind);
      assertThat(said()).isEqualTo("Hello!");

      write("responses.yaml", responses("Repaired, and with other words"));
      await().atMost(Duration.ofSeconds(30)).until(() -> said().startsWith("Repaired"));
    } finally {
      playbook.stop();
    }
  }

  private static String deep(String how) {
    return switch (how) {
      case "flow" -> "[".repeat(20_000) + "]".repeat(20_000);
      case "block" -> "- ".repeat(20_000) + "x";
      default -> "slots: &all {greeting: *all}";
    };
  }

  @Test
  void speaksToEachUserWithThePlaybookOfHisVector() throws IOException {
    StoredPrediction old = counted("clicks", 7);
    write("responses.yaml", personal("Seen {{features.clicks}}", "features.clicks >= 5"));
    playbook.look();
    write("features.yaml", "features:\n  clicks: {count: clicked, window: 1h}\n");
    write("responses.yaml", personal("This hour {{features.clicks}}", "features.clicks >= 2"));

    playbook.look();

    StoredPrediction recounted = counted("clicks", 3);
    assertThat(said(old)).isEqualTo("Seen 7");
    assertThat(said(recounted)).isEqualTo("This hour 3");
    assertThat(playbook.named(old.getVector())).containsEntry("clicks", 7.0);
    assertThat(playbook.named(recounted.getVector())).containsEntry("clicks", 3.0);
    assertThat(playbook.isBehind()).isFalse();
  }

  @Test
  void aBrokenFeatureChangesNothing() throws IOException {
    StoredPrediction held = counted("clicks", 7);
    write("features.yaml", "features:\n  clicks: {count: clicked, window: 1 fortnight}\n");

    playbook.look();

    assertThat(playbook.isBehind()).isTrue();
    assertThat(playbook.named(held.getVector())).containsEntry("clicks", 7.0);
  }

  @Test
  void changesByHandStayOverWhateverTheFolderSays() throws IOException {
    write("experiments.yaml", experiment(0.5));
    playbook.look();
    playbook.change(Map.of("e", new ExperimentOverride(false, Map.of("a", 0.2, "b", 0.8))));

    assertThat(arm()).isNull();
    assertThat(playbook.experiments().running()).isEmpty();

    write("experiments.yaml", experiment(0.75));
    playbook.look();

    assertThat(arm()).isNull();
    assertThat(playbook.experiments().find("e").orElseThrow().weights())
        .isEqualTo(Map.of("a", 0.2, "b", 0.8));
    assertThat(playbook.declaredExperiments().find("e").orElseThrow().weights())
        .isEqualTo(Map.of("a", 0.75, "b", 0.25));

    playbook.change(Map.of());
    assertThat(arm()).isNotNull().extracting(Assignment::weights).isEqualTo(List.of(0.75, 0.25));
  }

  private static String experiment(double first) {
    return "experiments: [{id: e, variants: [{name: a, weight: %s}, {name: b, weight: %s}]}]\n"
        .formatted(first, 1 - first);
  }

  private @Nullable Assignment arm() {
    var request = new ReplyRequest("u", null, "greeting", "en", Map.of(), null, null, null);
    return playbook
        .engine()
        .reply(request, new PredictionLookup.Nothing(), true, Instant.EPOCH)
        .assignment();
  }

  @Test
  void keepsAFewFeatureSetsOnly() throws IOException {
    StoredPrediction first = counted("clicks", 7);
    for (int hours = 1; hours <= LivePlaybook.MOST; hours++) {
      String larger = "#".repeat(hours) + "\nfeatures:\n  f%d: {count: clicked, window: %dh}\n";
      write("features.yaml", larger.formatted(hours, hours));
      playbook.look();
    }

    assertThat(playbook.named(first.getVector())).isEmpty();
    assertThat(said(first)).isEqualTo("Hello!");
    assertThat(playbook.named(counted("f4", 1).getVector())).containsEntry("f4", 1.0);
  }

  private String said() {
    var request = new ReplyRequest("u", null, "greeting", "en", Map.of(), null, null, null);
    return playbook
        .engine()
        .reply(request, new PredictionLookup.Nothing(), true, Instant.EPOCH)
        .message()
        .text();
  }

  private String said(StoredPrediction prediction) {
    var request = new ReplyRequest("u", null, "greeting", "en", Map.of(), null, null, null);
    var held = new PredictionLookup.Held(prediction);
    return playbook.engineFor(held).reply(request, held, true, Instant.EPOCH).message().text();
  }

  /** A vector of the folder's features as they are now. */
  private StoredPrediction counted(String feature, double count) {
    return StoredPrediction.newBuilder()
        .setEpoch(0)
        .setPartition(0)
        .setOffset(1)
        .setOccurredAt(0)
        .setReceivedAt(0)
        .setPredictedAt(0)
        .setModelName("intent")
        .setModelVersion("1")
        .setProbabilities(List.of())
        .setVector(FeatureNames.vector(Map.of(feature, count), Playbook.load(folder).features()))
        .setSegments(List.of())
        .build();
  }

  private static String personal(String text, String when) {
    return responses("Hello!")
        + "    rules:\n      - {name: many, when: '%s', text: \"%s\"}\n".formatted(when, text);
  }

  private static String responses(String text) {
    return "slots:\n  greeting:\n    generic: {text: \"%s\"}\n".formatted(text);
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }
}
