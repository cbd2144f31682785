package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.RowScores;
import dev.attune.core.scoring.SelfChecks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A bundle scored in this JVM. */
public final class BundleModel extends BundledModel {
  /** Enough for the compiler to take the forest's loop seriously, and no start is held up by it. */
  private static final Duration WARM_UP = Duration.ofMillis(200);

  private static final int WARM_UP_ROWS = 20_000;

  public BundleModel(ModelBundle bundle, long revision) {
    super(bundle, revision);
  }

  /**
   * Scores the requests that are stored in the bundle until the code is compiled, so that the first
   * user isn't slow; tells how many.
   */
  int warm() {
    List<FeatureRow> rows = SelfChecks.rows(bundle.manifest());
    long end = System.nanoTime() + WARM_UP.toNanos();
    int scored = 0;
    while (scored < WARM_UP_ROWS && !rows.isEmpty() && System.nanoTime() - end < 0) {
      var unused = score(List.of(rows.get(scored++ % rows.size())));
    }
    return scored;
  }

  @Override
  public ServedModel at(long revision) {
    return new BundleModel(bundle, revision);
  }

  @Override
  public Optional<Explainer> explainer() {
    return bundle.explainer();
  }

  @Override
  public List<RowScores> score(List<FeatureRow> rows) {
    return bundle.score(rows);
  }

  @Override
  public List<float[]> scoreEncoded(List<float[]> rows) {
    return bundle.scoreEncoded(rows);
  }
}
