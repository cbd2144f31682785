package dev.attune.inference.explain;

import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest.SelfCheck;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.inference.explain.ExplanationController.Query;
import jakarta.validation.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Explains the live model's stored requests before the service is ready, from JSON to JSON. People
 * ask why now and then, so that without it this code would stay interpreted for hours.
 */
@Component
final class ExplanationWarmUp implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ExplanationWarmUp.class);

  /** Most of the code is compiled by then, and a start is not held up. */
  private static final Duration LONGEST = Duration.ofMillis(300);

  private final Explainers explainers;
  private final ExplanationController controller;
  private final JsonMapper json;
  private final Validator validator;
  private volatile boolean running;

  ExplanationWarmUp(
      Explainers explainers,
      ExplanationController controller,
      JsonMapper json,
      Validator validator) {
    this.explainers = explainers;
    this.controller = controller;
    this.json = json;
    this.validator = validator;
  }

  @Override
  public void start() {
    running = true;
    explainers.live().map(ExplanationWarmUp::stored).ifPresent(this::explain);
  }

  private static List<Query> stored(Explainer explainer) {
    var manifest = explainer.manifest();
    return manifest.selfCheck().stream()
        .flatMap(check -> manifest.labels().stream().map(label -> query(explainer, check, label)))
        .toList();
  }

  private static Query query(Explainer explainer, SelfCheck check, String label) {
    List<@Nullable Float> scores = new ArrayList<>();
    for (float score : explainer.textScores(SelfChecks.encoded(check))) {
      scores.add(Float.isNaN(score) ? null : score);
    }
    return new Query(
        explainer.manifest().version(),
        label,
        explainer.manifest().featureSetId(),
        check.numbers(),
        check.categories(),
        scores,
        check.memberships());
  }

  private void explain(List<Query> queries) {
    long end = System.nanoTime() + LONGEST.toNanos();
    int explained = 0;
    try {
      while (!queries.isEmpty() && System.nanoTime() - end < 0) {
        byte[] asked = json.writeValueAsBytes(queries.get(explained++ % queries.size()));
        Query query = json.readValue(asked, Query.class);
        var unused = validator.validate(query);
        var unusedToo = json.writeValueAsBytes(controller.explain(query));
      }
      log.info("{} stored requests were explained to warm up", explained);
    } catch (ModelException | RuntimeException e) {
      log.warn("Explanations are not warm: {}", e.getMessage());
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the models, before anything is served. */
  @Override
  public int getPhase() {
    return -50;
  }
}
