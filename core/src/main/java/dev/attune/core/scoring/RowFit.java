package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a model can score: those of its features, whose segments include the ones that it was
 * trained on, by the same definitions. Immutable and safe for all threads.
 */
final class RowFit {
  private final String featureSetId;
  private final Encoding.Segment[] segments;

  RowFit(String featureSetId, List<Encoding> encodings) {
    this.featureSetId = featureSetId;
    this.segments = segments(encodings).toArray(Encoding.Segment[]::new);
  }

  static List<Encoding.Segment> segments(List<Encoding> encodings) {
    return encodings.stream()
        .filter(Encoding.Segment.class::isInstance)
        .map(Encoding.Segment.class::cast)
        .toList();
  }

  /**
   * Why a row can't be scored; null when it can. One whose segments are not known can: they are
   * missing values.
   */
  @Nullable String misfit(FeatureRow row) {
    if (!row.featureSetId().equals(featureSetId)) {
      return "it knows the feature set %s, not %s".formatted(featureSetId, row.featureSetId());
    }
    Memberships memberships = row.memberships();
    if (memberships != null) {
      for (Encoding.Segment segment : segments) {
        if (memberships.indexOf(segment.definition(), segment.index()) < 0) {
          return "it was trained on %s by a definition (%s) that the row doesn't have"
              .formatted(segment.feature(), segment.definition());
        }
      }
    }
    return null;
  }

  /**
   * @throws IllegalArgumentException when the row can't be scored, saying why
   */
  void check(FeatureRow row) {
    String misfit = misfit(row);
    if (misfit != null) {
      throw new IllegalArgumentException("the row doesn't fit the model: " + misfit);
    }
  }
}
