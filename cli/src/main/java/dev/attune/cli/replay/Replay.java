package dev.attune.cli.replay;

import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.events.EventFile;
import dev.attune.training.events.TimeRange;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A replay with its progress and its summary, which is one line of JSON. */
public final class Replay {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Terminal screen;
  private final String gateway;
  private final URI responses;
  private final String key;
  private final SendTotals sent = new SendTotals();
  private final ReplayProgress progress;

  /**
   * @param gateway its address
   * @param responses response-api's address
   * @param key secret, for both
   */
  public Replay(Terminal screen, String gateway, URI responses, String key) {
    this.screen = screen;
    this.gateway = gateway;
    this.responses = responses;
    this.key = key;
    this.progress = new ReplayProgress(screen, sent);
  }

  public void send(Path path, TimeRange span, ReplaySpeed speed) throws InterruptedException {
    var file = new EventFile(path);
    try (var client = new GatewayClient(gateway, key)) {
      var replayer = new Replayer(client, sent);
      progress.watch(
          () -> {
            replayer.run(file, span, speed);
            return true;
          },
          file::progress);
      screen.line(JSON.writeValueAsString(summary(file, client)));
    }
  }

  public void measure(Path path, TimeRange span, Label label, String name)
      throws InterruptedException {
    var file = new EventFile(path);
    try (var client = new GatewayClient(gateway, key);
        var predictions = new ResponsesClient(responses.toString(), key)) {
      var replay = new MeasuredReplay(client, predictions, label, sent);
      progress.watch(
          () -> {
            replay.run(file, span);
            return true;
          },
          replay::progress);
      ObjectNode summary = summary(file, client);
      summary.set("measure", measured(replay, label, name));
      screen.line(sentence(replay.score(), name));
      screen.line(JSON.writeValueAsString(summary));
    }
  }

  private ObjectNode summary(EventFile file, GatewayClient client) {
    double seconds = progress.seconds();
    ObjectNode summary = JSON.createObjectNode();
    summary.put("sent", sent.sent.sum());
    summary.put("accepted", sent.accepted.sum());
    summary.put("rejected", sent.rejected());
    summary.put("unreadable", file.unreadable());
    summary.put("retries", client.retries());
    summary.put("seconds", rounded(seconds, 1));
    summary.put("eventsPerSecond", rounded(sent.sent.sum() / Math.max(1e-3, seconds), 1));
    ObjectNode codes = summary.putObject("rejectedByCode");
    sent.rejectedByCode().forEach(codes::put);
    return summary;
  }

  private static ObjectNode measured(MeasuredReplay replay, Label label, String name) {
    PredictionAccuracy.Result score = replay.score();
    ObjectNode measured = JSON.createObjectNode();
    measured.put("label", name);
    measured.put("labelEvent", label.rule().text());
    measured.put("rows", score.rows());
    measured.put("top1", rounded(score.top1(), 4));
    measured.put("top1Low", rounded(score.top1Low(), 4));
    measured.put("top1High", rounded(score.top1High(), 4));
    measured.put("top3", rounded(score.top3(), 4));
    measured.put("majorityTop1", rounded(score.majorityTop1(), 4));
    measured.put("majorityTop3", rounded(score.majorityTop3(), 4));
    measured.put("lastTop1", rounded(score.lastTop1(), 4));
    measured.put("withoutPrediction", score.withoutPrediction());
    measured.put("late", replay.late());
    measured.put("readableP50Ms", rounded(replay.waitMillis(50), 1));
    measured.put("readableP99Ms", rounded(replay.waitMillis(99), 1));
    return measured;
  }

  private static String sentence(PredictionAccuracy.Result score, String name) {
    return String.format(
        Locale.ROOT,
        "%s: top-1 %.1f %% (95 %% interval %.1f to %.1f), top-3 %.1f %% of %,d messages;"
            + " most common labels %.1f/%.1f %%, last label %.1f %%",
        name,
        100 * score.top1(),
        100 * score.top1Low(),
        100 * score.top1High(),
        100 * score.top3(),
        score.rows(),
        100 * score.majorityTop1(),
        100 * score.majorityTop3(),
        100 * score.lastTop1());
  }

  private static double rounded(double value, int digits) {
    double factor = Math.pow(10, digits);
    return Math.round(value * factor) / factor;
  }
}
