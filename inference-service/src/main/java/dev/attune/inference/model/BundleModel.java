package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.SelfChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A bundle scored in this JVM. */
public final class BundleModel implements ServedModel {

  /** Enough for the compiler to take the forest's loop seriously, and no start is held up by it. */
  private static final Duration WARM_UP = Duration.ofMillis(200);

  private static final int WARM_UP_ROWS = 20_000;

  private final ModelBundle bundle;
  private final long revision;

  public BundleModel(ModelBundle bundle, long revision) {
    this.bundle = bundle;
    this.revision = revision;
  }

  /**
   * Scores the requests that are stored in the bundle until the code is compiled, so that the first
   * user isn't slow.
   */
  void warm() {
    List<FeatureRow> rows = SelfChecks.rows(bundle.manifest());
    long end = System.nanoTime() + WARM_UP.toNanos();
    for (int i = 0; i < WARM_UP_ROWS && !rows.isEmpty() && System.nanoTime() - end < 0; i++) {
      var unused = score(List.of(rows.get(i % rows.size())));
    }
  }

  @Override
  public String name() {
    return bundle.manifest().name();
  }

  @Override
  public String version() {
    return bundle.manifest().version();
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public ServedModel at(long revision) {
    return new BundleModel(bundle, revision);
  }

  @Override
  public String featureSetId() {
    return bundle.manifest().featureSetId();
  }

  @Override
  public Optional<ModelManifest> manifest() {
    return Optional.of(bundle.manifest());
  }

  @Override
  public List<String> labels() {
    return bundle.manifest().labels();
  }

  @Override
  public int width() {
    return bundle.width();
  }

  @Override
  public List<Scored> score(List<FeatureRow> rows) {
    List<Scored> scores = new ArrayList<>(rows.size());
    for (FeatureRow row : rows) {
      float[] encoded = bundle.encode(row);
      scores.add(new Scored(bundle.score(encoded), bundle.textScores(encoded)));
    }
    return scores;
  }

  @Override
  public List<float[]> scoreEncoded(List<float[]> rows) {
    return rows.stream().map(bundle::score).toList();
  }
}
