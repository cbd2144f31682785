package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.stack.LocalKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The chart run, not only rendered: its manifests, played pod by pod with the images that {@code
 * ./attune images} built.
 */
class ChartIT {
  private static @Nullable PlayedChart chart;

  @BeforeAll
  static void install() throws Exception {
    String hindrance = PlayedChart.hindrance();
    assumeTrue(hindrance.isEmpty(), hindrance);
    // training one takes longer than all else here
    chart = PlayedChart.prepare(RunningStack.shared().settings().models());
    chart.apply(PlayedChart.render(chart.load(PlayedChart.ARCHIVES), Map.of()));
  }

  @AfterAll
  static void uninstall() {
    if (chart != null) {
      chart.close();
    }
  }

  @Test
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    PlayedChart played = played();
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.WRITE);
        var responses = new ResponsesClient(played.responsesUrl(), LocalKeys.SECRET)) {
      Eventually.holds(
          "a reply is personalized",
          () ->
              Stream.of("a", "b", "c", "d").anyMatch(user -> isPersonal(gateway, responses, user)));
    }

    assertThat(played.conductor().pods("shop-attune-streams"))
        .containsExactly("shop-attune-streams-0", "shop-attune-streams-1");
    assertThat(played.conductor().restarted()).isEmpty();
  }

  /** Who is in the control group is told the same as everybody. */
  private static boolean isPersonal(GatewayClient gateway, ResponsesClient responses, String user) {
    String token =
        gateway.send(List.of(Events.messageSent(user, "where is my order"))).tokens().get(user);
    return responses.ask(new Question(user, user, "reply", "en-US", token, 1000)).personalized();
  }

  @Test
  void theExportJobKeepsWhatHappened() throws Exception {
    PlayedChart played = played();
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.WRITE)) {
      var unused = gateway.send(List.of(Events.clicked("exported", "menu")));
    }

    String printed = played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-export");

    assertThat(printed).isNotEmpty();
    Path past = played.conductor().claim("past");
    try (Stream<Path> files = Files.walk(past)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
  }

  @Test
  void whatOnlyAClusterCanShowIsNamed() {
    assertThat(played().conductor().notPlayed(PlayedChart.RELEASE))
        .containsExactlyInAnyOrder("ServiceAccount", "PodDisruptionBudget");
  }

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}
