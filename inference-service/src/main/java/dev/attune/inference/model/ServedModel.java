package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import java.util.List;

/** A model that is loaded and checked. Thread-safe. */
public interface ServedModel {

  String name();

  String version();

  /**
   * The registry's count of switches when it went live: later ones replace earlier ones' scores.
   */
  long revision();

  String featureSetId();

  /** The classes, in the order of the probabilities. */
  List<String> labels();

  /** Columns of the encoded dense row. */
  int width();

  /**
   * One probability array a row.
   *
   * @throws ModelUnavailableException when it can't be asked now
   */
  List<float[]> score(List<FeatureRow> rows);

  /** Scores one row that is encoded already, {@link #width()} long. */
  float[] scoreEncoded(float[] row);
}
