package dev.attune.training.train;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.TextModel;
import java.util.List;
import java.util.Map;

/**
 * Encodings learned from training rows, and those rows encoded.
 *
 * @param texts by the file they will have in the bundle
 * @param matrix rows × width; what was learned from labels is out of fold here
 */
record Fitted(
    List<Encoding> encodings,
    Map<String, TextModel> texts,
    RowEncoder encoder,
    float[] matrix,
    int[] labels) {

  int width() {
    return encoder.width();
  }
}
