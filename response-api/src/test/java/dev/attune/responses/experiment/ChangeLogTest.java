package dev.attune.responses.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.Settings;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentChange;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogTest {
  private final LivePlaybook playbook;
  private final ChangeLog log;

  ChangeLogTest(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("features.yaml"), "features: {}\n");
    Files.writeString(
        folder.resolve("experiments.yaml"),
        "experiments: [{id: e, variants: [{name: a}, {name: b}]}]\n");
    playbook = new LivePlaybook(Playbook.load(folder), Settings.replies(), Settings.meters());
    log =
        new ChangeLog(
            Settings.kafka(),
            Topics.standard(),
            new SchemaRegistryClient(URI.create("http://127.0.0.1:1"), Duration.ofMillis(10)),
            playbook);
  }

  @Test
  void laysTheLatestStateAndTheLatestWeightsOverThePlaybook() {
    log.remember(state("1", false, 100), 0);
    log.remember(weights("2", Map.of("a", 0.2, "b", 0.8), 200), 0);

    assertThat(runs()).isFalse();
    assertThat(weights()).isEqualTo(Map.of("a", 0.2, "b", 0.8));

    log.remember(state("3", null, 300), 1);
    assertThat(runs()).isTrue();
    assertThat(weights()).isEqualTo(Map.of("a", 0.2, "b", 0.8));

    log.remember(weights("4", Map.of(), 400), 1);
    assertThat(weights()).isEqualTo(Map.of("a", 0.5, "b", 0.5));
  }

  /** The follower begins anew after a failure, and would start a stopped experiment again. */
  @Test
  void passesOverWhatItHasTakenAlready() {
    log.remember(state("1", true, 100), 4);
    log.remember(state("2", false, 200), 5);

    log.remember(state("1", true, 100), 4);

    assertThat(runs()).isFalse();
  }

  /** Replicas' clocks differ: what the topic has later is later. */
  @Test
  void ordersByTheTopicAndNotByClocks() {
    log.remember(state("1", true, 200), 4);
    log.remember(state("2", false, 100), 5);

    assertThat(runs()).isFalse();
  }

  @Test
  void followsATopicThatWasMadeAnew() {
    log.remember(state("1", true, 100), 40);
    log.remember(state("2", false, 200), 0);

    assertThat(runs()).isFalse();
  }

  @Test
  void waitsForAChangeOrALaterOne() throws InterruptedException {
    ExperimentChange mine = state("mine", false, 100);
    Duration soon = Duration.ofMillis(5);
    assertThat(log.awaitChange(mine, soon)).isFalse();

    log.remember(weights("other", Map.of("a", 0.2, "b", 0.8), 200), 0);
    assertThat(log.awaitChange(mine, soon)).isFalse();

    Thread.ofVirtual().start(() -> log.remember(mine, 1));
    assertThat(log.awaitChange(mine, Duration.ofSeconds(20))).isTrue();

    log.remember(state("later", true, 101), 2);
    assertThat(log.awaitChange(mine, soon)).isTrue();
  }

  private boolean runs() {
    return playbook.experiments().find("e").orElseThrow().active();
  }

  private Map<String, Double> weights() {
    return playbook.experiments().find("e").orElseThrow().weights();
  }

  private static ExperimentChange state(String id, @Nullable Boolean active, long at) {
    return change(id, ChangeLog.STATE, active, Map.of(), at);
  }

  private static ExperimentChange weights(String id, Map<String, Double> weights, long at) {
    return change(id, ChangeLog.WEIGHTS, null, weights, at);
  }

  private static ExperimentChange change(
      String id, String aspect, @Nullable Boolean active, Map<String, Double> weights, long at) {
    return new ExperimentChange(
        id, "e", aspect, active, weights, at, "user:ada", "key:console", "a test");
  }
}
