package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.system.pods.TrialImage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The chart with its trial's Kafka, registry and Valkey, and nothing beside it. Their images are
 * made from the local stack's servers; all else is as the chart says it.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class TrialChartIT {
  private static final Map<String, Object> NOTHING_OF_ONES_OWN =
      Map.of("kafka.bootstrapServers", "", "schemaRegistry.url", "", "redis.uriSecret.name", "");

  @Test
  void anEventGoesInAndAPersonalizedReplyComesOut() throws Exception {
    PlayedChart.assumeItRunsHere();
    var values = new HashMap<>(NOTHING_OF_ONES_OWN);
    values.put("trial.enabled", true);
    values.put("jobs.topics.enabled", true);
    for (TrialImage image : TrialImage.values()) {
      String server = image.name().toLowerCase(Locale.ROOT);
      values.put("trial.images." + server, image.reference());
    }
    try (PlayedChart chart =
        PlayedChart.prepare(RunningStack.shared().settings().models(), List.of())) {
      TrialImage.build(BuiltImages.podman(), Checkout.find());
      chart.apply(PlayedChart.render(chart.load(BuiltImages.ARCHIVES), values));

      chart.awaitPersonalReply();

      assertThat(chart.conductor().restarted()).isEmpty();
    }
  }
}
