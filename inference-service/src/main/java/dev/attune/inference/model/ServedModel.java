package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.RowScores;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model that is loaded and checked. Thread-safe. */
public interface ServedModel extends AutoCloseable {
  String name();

  String version();

  /**
   * Rises with each change of who scores whom: scores of a higher revision replace those of a lower
   * one for the same event. Counted by {@link ModelHost} from the registry's own revision.
   */
  long revision();

  /** The same model with another revision. */
  ServedModel at(long revision);

  String featureSetId();

  /**
   * Why a row can't be scored: it is of other features, or lacks a segment that the model was
   * trained on. Null when it can.
   */
  default @Nullable String misfit(FeatureRow row) {
    return row.featureSetId().equals(featureSetId())
        ? null
        : "it knows the feature set %s, not %s".formatted(featureSetId(), row.featureSetId());
  }

  /** The classes, in the order of the probabilities. */
  List<String> labels();

  /** Columns of the encoded dense row. */
  int width();

  /** What its bundle says of it. */
  default Optional<ModelManifest> manifest() {
    return Optional.empty();
  }

  /** Explains what it said; none where its trees are elsewhere. */
  default Optional<Explainer> explainer() {
    return Optional.empty();
  }

  /** Who answers while this one is unavailable; null: nobody. */
  default @Nullable ServedModel fallback() {
    return null;
  }

  /** Whether scoring the row takes long, since its message is to be encoded first. */
  default boolean hasNewMessage(FeatureRow row) {
    return false;
  }

  /** Encodes the row's message, so that the row is scored quickly. */
  default void readMessage(FeatureRow row) {}

  /**
   * One result a row.
   *
   * @throws ModelUnavailableException when it can't be asked now
   */
  List<RowScores> score(List<FeatureRow> rows);

  /**
   * One probability array a row that is encoded already, {@link #width()} long.
   *
   * @throws ModelUnavailableException when it can't be asked now
   */
  List<float[]> scoreEncoded(List<float[]> rows);

  /** Gives up what it holds; calls under way still finish. */
  @Override
  default void close() {}
}
