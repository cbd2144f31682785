package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

  /** Scores the bundle's own rows until the code is compiled, so that the first user isn't slow. */
  void warm() {
    List<float[]> rows = bundle.manifest().selfCheck().stream().map(BundleModel::dense).toList();
    long end = System.nanoTime() + WARM_UP.toNanos();
    for (int i = 0; i < WARM_UP_ROWS && !rows.isEmpty() && System.nanoTime() - end < 0; i++) {
      var unused = bundle.score(rows.get(i % rows.size()));
    }
  }

  private static float[] dense(ModelManifest.SelfCheck check) {
    float[] row = new float[check.encoded().size()];
    for (int i = 0; i < row.length; i++) {
      Float value = check.encoded().get(i);
      row[i] = value == null ? Float.NaN : value;
    }
    return row;
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
  public String featureSetId() {
    return bundle.manifest().featureSetId();
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
  public List<float[]> score(List<FeatureRow> rows) {
    List<float[]> scores = new ArrayList<>(rows.size());
    for (FeatureRow row : rows) {
      scores.add(bundle.score(bundle.encode(row)));
    }
    return scores;
  }

  @Override
  public float[] scoreEncoded(float[] row) {
    return bundle.score(row);
  }
}
