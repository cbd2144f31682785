package dev.attune.inference.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.RowScores;
import dev.attune.inference.model.ServedModel;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A model that answers what the test says. */
record Scripted(
    String version,
    List<String> labels,
    Function<FeatureRow, float[]> scores,
    @Nullable ServedModel fallback)
    implements ServedModel {
  static Scripted of(String version, Function<FeatureRow, float[]> scores) {
    return new Scripted(version, List.of("a", "b", "c"), scores, null);
  }

  Scripted withFallback(ServedModel other) {
    return new Scripted(version, labels, scores, other);
  }

  @Override
  public String name() {
    return "intent";
  }

  @Override
  public long revision() {
    return 1;
  }

  @Override
  public ServedModel at(long revision) {
    return this;
  }

  @Override
  public String featureSetId() {
    return "set";
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public List<RowScores> score(List<FeatureRow> rows) {
    return rows.stream().map(row -> new RowScores(scores.apply(row), new float[0])).toList();
  }

  @Override
  public List<float[]> scoreEncoded(List<float[]> rows) {
    return rows;
  }
}
