package dev.attune.cli.retrain;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.local.infra.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the running services tell of a version. */
public final class ServingView {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final URI inference;
  private final URI responses;
  private final String secret;

  public ServingView(URI inference, URI responses, String secret) {
    this.inference = inference;
    this.responses = responses;
    this.secret = secret;
  }

  /**
   * How the shadow compares, if this version is it and was compared already.
   *
   * @throws IOException when inference-service does not tell
   */
  ShadowFigures shadow(String version) throws IOException {
    JsonNode shadow = get(inference.resolve("/v1/models")).path("shadow");
    return shadow.path("version").asString("").equals(version)
        ? new ShadowFigures(
            shadow.path("agreed").asLong(),
            shadow.path("differed").asLong(),
            shadow.path("failed").asLong(),
            shadow.path("dropped").asLong(),
            shadow.path("meanDistance").asDouble(),
            shadow.path("rowMillis").asDouble(),
            shift(shadow.path("labels"), shadow))
        : ShadowFigures.NONE;
  }

  /** Of the label that it names more often or less often by the most; null: it named none yet. */
  private static ShadowFigures.@Nullable Shift shift(JsonNode labels, JsonNode shadow) {
    double compared = shadow.path("agreed").asLong() + shadow.path("differed").asLong();
    ShadowFigures.Shift most = null;
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      var of =
          new ShadowFigures.Shift(
              label.getKey(),
              label.getValue().path("serving").asLong() / Math.max(1, compared),
              label.getValue().path("shadow").asLong() / Math.max(1, compared));
      most = most == null || of.size() > most.size() ? of : most;
    }
    return most;
  }

  /**
   * Why a version does not serve although it should, or not well; empty: nothing is known against
   * it.
   *
   * @param asked how often it may fail
   * @throws IOException when inference-service does not tell
   */
  Optional<String> failure(String version, RolloutSpec.Failures asked) throws IOException {
    JsonNode models = get(inference.resolve("/v1/models"));
    for (JsonNode failure : models.path("failures")) {
      if (failure.path("version").asString("").equals(version)) {
        return Optional.of("it does not serve: " + failure.path("reason").asString(""));
      }
    }
    for (JsonNode slot : models.path("slots")) {
      if (slot.path("version").asString("").equals(version)) {
        return failedRows(slot.path("rows").asLong(), slot.path("failed").asLong(), asked);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> failedRows(long rows, long failed, RolloutSpec.Failures asked) {
    boolean isTooMany = rows >= asked.rows() && failed > asked.most() * rows;
    return isTooMany
        ? Optional.of(
            "it failed on %s of %,d rows, at most %s is asked"
                .formatted(
                    FigureFormat.share(failed, rows), rows, FigureFormat.percent(asked.most())))
        : Optional.empty();
  }

  /**
   * How the canary's users fare.
   *
   * @throws IOException when response-api does not tell
   */
  CanaryFigures canary(String version) throws IOException {
    String id =
        URLEncoder.encode(CanaryComparison.id(version), StandardCharsets.UTF_8).replace("+", "%20");
    JsonNode report = get(responses.resolve("/v1/experiments/" + id + "/results"));
    try {
      Status status = Status.valueOf(report.path("status").asString());
      return new CanaryFigures(status, report.path("says").asString(""), figures(report));
    } catch (IllegalArgumentException e) {
      throw new IOException("another kind of report than this release knows", e);
    }
  }

  /** How many users were compared, and by how much each metric differs. */
  private static Map<String, Double> figures(JsonNode report) {
    Map<String, Double> figures = new LinkedHashMap<>();
    put(figures, "sample_ratio_p", report.path("sampleRatioP"));
    for (JsonNode arm : report.path("arms")) {
      put(figures, "users{arm=" + arm.path("variant").asString("") + "}", arm.path("exposed"));
    }
    for (JsonNode metric : report.path("metrics")) {
      String name = metric.path("metric").asString("");
      // the canary is the only arm beside the control
      JsonNode difference = metric.path("comparisons").path(0);
      put(figures, name + "_difference", difference.path("difference"));
      put(figures, name + "_difference_low", difference.path("interval").path("low"));
      put(figures, name + "_difference_high", difference.path("interval").path("high"));
    }
    return figures;
  }

  private static void put(Map<String, Double> figures, String name, JsonNode figure) {
    if (figure.isNumber()) {
      figures.put(name, figure.asDouble());
    }
  }

  /**
   * What moved away from the live version's training: features, and what it says of users
   * ({@code @prediction}, {@code @confidence}). Empty: nothing did, or it is too early to say.
   *
   * @throws IOException when inference-service does not tell
   */
  List<String> drifted() throws IOException {
    JsonNode report = get(inference.resolve("/v1/drift"));
    List<JsonNode> all = new ArrayList<>(report.path("features").valueStream().toList());
    all.add(report.path("prediction"));
    all.add(report.path("confidence"));
    return all.stream()
        .filter(each -> each.path("level").asString("").equals("DRIFTED"))
        .map(each -> each.path("name").asString(""))
        .toList();
  }

  private JsonNode get(URI uri) throws IOException {
    HttpResponse<String> response =
        BoundedHttp.send(
            HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + secret));
    if (response.statusCode() != 200) {
      throw new IOException(uri + " answers " + response.statusCode());
    }
    try {
      return JsonMapper.shared().readTree(response.body());
    } catch (JacksonException e) {
      throw new IOException(uri + " answers no JSON", e);
    }
  }
}
