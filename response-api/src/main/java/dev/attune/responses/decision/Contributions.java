package dev.attune.responses.decision;

import dev.attune.core.concurrent.Futures;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How much each feature and segment moved a decision's prediction, asked of inference-service when
 * somebody looks at the decision. It can't be asked for every reply: explaining costs a hundred
 * times what scoring does. A decision without an answer is shown without contributions.
 */
@Component
final class Contributions {
  private static final Logger log = LoggerFactory.getLogger(Contributions.class);

  private final ExplanationSettings settings;
  private final HttpClient http;
  private final JsonMapper json = JsonMapper.shared();

  Contributions(ExplanationSettings settings) {
    this.settings = settings;
    this.http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
  }

  /** Of the predicted label's margin, by feature, the largest first; empty when unknown. */
  Optional<Map<String, Double>> of(Decision decision) {
    FeatureVector vector = decision.getVector();
    String version = decision.getModelVersion();
    String secret = settings.secret();
    if (vector == null
        || version == null
        || decision.getProbabilities().isEmpty()
        || secret == null
        || secret.isBlank()) {
      return Optional.empty();
    }
    try {
      HttpResponse<byte[]> response =
          Futures.within(
              http.sendAsync(
                  request(decision, version, vector, secret),
                  HttpResponse.BodyHandlers.ofByteArray()),
              settings.timeout());
      if (response.statusCode() == 200) {
        return Optional.of(parts(json.readTree(response.body())));
      }
      log.info("A prediction of model {} is not explained: {}", version, response.statusCode());
    } catch (IOException | TimeoutException | JacksonException e) {
      log.info("A prediction of model {} is not explained: {}", version, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private HttpRequest request(
      Decision decision, String version, FeatureVector vector, String secret) {
    Map<String, Object> query = new HashMap<>();
    query.put("modelVersion", version);
    query.put("label", decision.getProbabilities().getFirst().getLabel());
    query.put("featureSetId", vector.getFeatureSetId());
    query.put("numbers", numbers(vector.getNumbers()));
    query.put("categories", vector.getCategories());
    query.put("textScores", numbers(decision.getTextScores()));
    Memberships memberships = FeatureRow.fromAvro(vector).memberships();
    if (memberships != null) {
      query.put("memberships", memberships.byDefinition());
    }
    return HttpRequest.newBuilder(settings.url().resolve("/v1/explanations"))
        .header("Authorization", "Bearer " + secret)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(query)))
        .build();
  }

  /** JSON has no NaN: missing is null. */
  private static List<@Nullable Number> numbers(List<? extends Number> values) {
    List<@Nullable Number> numbers = new ArrayList<>(values.size());
    for (Number value : values) {
      numbers.add(Double.isNaN(value.doubleValue()) ? null : value);
    }
    return numbers;
  }

  private static Map<String, Double> parts(JsonNode explanation) {
    Map<String, Double> parts = new LinkedHashMap<>();
    for (JsonNode part : explanation.path("parts")) {
      parts.put(part.path("feature").stringValue(), part.path("contribution").doubleValue());
    }
    return parts;
  }
}
