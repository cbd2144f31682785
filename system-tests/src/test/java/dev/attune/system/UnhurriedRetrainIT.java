package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The loop as it runs by itself, without {@code --quick}: leaks are looked for, a learning curve is
 * drawn, and the canary goes on only after its goal and guardrails have a verdict. Only the
 * playbook's windows are short. Takes minutes, so only in the long tests.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(1_500)
class UnhurriedRetrainIT {
  private static final Duration LIMIT = Duration.ofMinutes(18);

  @TempDir private Path folder;

  @Test
  void aVersionBecomesLiveByAllStepsAndByTheVerdictOnItsCanary() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    // of the customers of some minutes
    PlaybookCopy.edit(playbook.resolve("experiments.yaml"), "minUsers: 200", "minUsers: 40");
    PlaybookCopy.edit(playbook.resolve("experiments.yaml"), "minDuration: 7d", "minDuration: 5s");
    PlaybookCopy.edit(playbook.resolve("training.yaml"), "share: 10%", "share: 30%");
    try (RunningStack stack = RunningStack.start("unhurried-stack", playbook)) {
      var shop = new YoungShop(stack, folder);
      List<String> past = shop.past();
      ModelRegistry registry = shop.registry();
      String worse = shop.goLiveAfter(past.subList(0, past.size() / 15));
      for (int i = 0; i < past.size(); i += 500) {
        var unused = stack.gateway.send(past.subList(i, Math.min(past.size(), i + 500)));
      }
      Path demo = folder.resolve("demo.out");
      Process customers =
          AttuneCommand.begin(stack.settings(), demo, "demo", "--rate", "100", "--seconds", "1400");
      List<String> printed;
      try {
        printed = shop.run(LIMIT, "retrain");
      } finally {
        customers.destroyForcibly().waitFor();
      }

      printed.forEach(System.out::println);
      String now = registry.live().orElseThrow().version();
      assertThat(now).as("%s", printed).isNotEqualTo(worse);
      ModelManifest learned = BundleFiles.manifest(registry.published(now));
      assertThat(learned.metrics()).containsKeys("shuffled_top1", "live_logloss_gain_low");
      assertThat(String.join("\n", printed))
          .containsSubsequence("trained ", "shadow ", "canary ", "live ", "done ")
          .doesNotContain("not judged");
    }
  }
}
