package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.RowScores;
import dev.attune.core.scoring.SelfChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model on another server of the Open Inference Protocol. Rows are encoded here, by the bundle,
 * so that any server that takes FP32 rows can stand behind it.
 */
final class RemoteModel extends BundledModel {
  /** It connects too, and the server may load the model for it. */
  private static final Duration FIRST_CALL = Duration.ofSeconds(5);

  private final RemoteServer server;
  private final @Nullable ServedModel fallback;

  RemoteModel(
      ModelBundle bundle, RemoteServer server, @Nullable ServedModel fallback, long revision) {
    super(bundle, revision);
    this.server = server;
    this.fallback = fallback;
  }

  /**
   * Asks for the bundle's stored rows: the self-check and the warming of a remote model. A server
   * that is away now is no reason against a model with a fallback, which answers meanwhile.
   *
   * @throws ModelException when the answers are no probabilities of the manifest's labels
   */
  void check() throws ModelException {
    ModelManifest manifest = bundle.manifest();
    List<float[]> rows = SelfChecks.rows(manifest).stream().map(bundle::encode).toList();
    try {
      for (float[] scores : rows.isEmpty() ? rows : infer(rows, FIRST_CALL)) {
        for (float probability : scores) {
          if (!Float.isFinite(probability)) {
            throw new ModelException("The model at " + server + " answers what is no number.");
          }
        }
      }
    } catch (RuntimeException e) {
      if (e instanceof ModelUnavailableException && fallback != null) {
        return;
      }
      throw new ModelException(
          "The model at %s failed its self-check: %s".formatted(server, e.getMessage()), e);
    }
  }

  @Override
  public ServedModel at(long revision) {
    return new RemoteModel(
        bundle, server, fallback == null ? null : fallback.at(revision), revision);
  }

  @Override
  public @Nullable ServedModel fallback() {
    return fallback;
  }

  @Override
  public List<RowScores> score(List<FeatureRow> rows) {
    List<float[]> encoded = rows.stream().map(bundle::encode).toList();
    List<float[]> probabilities = scoreEncoded(encoded);
    List<RowScores> scores = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      scores.add(new RowScores(probabilities.get(i), bundle.textScores(encoded.get(i))));
    }
    return scores;
  }

  @Override
  public List<float[]> scoreEncoded(List<float[]> rows) {
    return server.infer(rows, width(), labels().size());
  }

  private List<float[]> infer(List<float[]> rows, Duration timeout) {
    return server.infer(rows, width(), labels().size(), timeout);
  }

  @Override
  public void close() {
    server.close();
    if (fallback != null) {
      fallback.close();
    }
  }
}
