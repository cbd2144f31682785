package dev.attune.training.train;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.SentenceModel;
import dev.attune.core.scoring.TextModel;
import java.util.List;
import java.util.Map;

/**
 * The examples as the trees see them, and the encodings that were learned on the way.
 *
 * @param texts by the file they will have in the bundle
 * @param sentences likewise
 * @param values rows × width; what was learned from labels is out of fold here
 * @param labels of the rows, as indices
 */
record TrainingMatrix(
    List<Encoding> encodings,
    Map<String, TextModel> texts,
    Map<String, SentenceModel> sentences,
    RowEncoder encoder,
    float[] values,
    int[] labels) {
  int width() {
    return encoder.width();
  }
}
