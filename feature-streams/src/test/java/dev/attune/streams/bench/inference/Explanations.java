package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.WarmUp;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SelfChecks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Asks the service why, as response-api does for a decision: one after the other over HTTP. */
final class Explanations {
  private static final int FIRST = 100;
  private static final int CALLS = 300;
  private static final int NUMBERS = 64;

  private final HttpClient client;
  private final HttpRequest request;

  Explanations(HttpClient client, URI service, Path registry, String secret) throws ModelException {
    this.client = client;
    this.request =
        HttpRequest.newBuilder(service.resolve("/v1/explanations"))
            .header("Authorization", "Bearer " + secret)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body(new ModelRegistry(registry))))
            .build();
  }

  /** A row that the bundle itself stores, else one of zeros. */
  private static byte[] body(ModelRegistry registry) throws ModelException {
    String version = registry.live().orElseThrow().version();
    ModelBundle bundle = ModelBundle.load(registry.published(version));
    List<FeatureRow> stored = SelfChecks.rows(bundle.manifest());
    String features = bundle.manifest().featureSetId();
    FeatureRow row =
        stored.isEmpty()
            ? new FeatureRow(
                features, new double[NUMBERS], new @Nullable String[0], new TokenBag[0])
            : stored.getFirst();
    List<@Nullable Double> numbers = new ArrayList<>();
    for (double number : row.numbers()) {
      numbers.add(Double.isNaN(number) ? null : number);
    }
    List<@Nullable String> categories = new ArrayList<>();
    for (String category : row.categories()) {
      categories.add(category);
    }
    return JsonMapper.builder()
        .build()
        .writeValueAsBytes(
            Map.of(
                "modelVersion", version,
                "label", bundle.manifest().labels().getFirst(),
                "featureSetId", features,
                "numbers", numbers,
                "categories", categories,
                "textScores", bundle.textScores(bundle.encode(row))));
  }

  /** Microseconds a call, once neither service nor client gets faster. */
  Histogram steady() {
    WarmUp.run(() -> 1e6 / micros(CALLS).getMean());
    return micros(CALLS);
  }

  /** Microseconds of each of the service's first calls: who asks why asks seldom. */
  Histogram first() {
    return micros(FIRST);
  }

  private Histogram micros(int calls) {
    Histogram micros = new Histogram(3);
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      ask();
      micros.recordValue((System.nanoTime() - start) / 1_000);
    }
    return micros;
  }

  private void ask() {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new BenchmarkException("An explanation was refused: " + answer.body());
      }
    } catch (IOException e) {
      throw new BenchmarkException("An explanation did not come: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("An explanation was interrupted.", e);
    }
  }
}
