package dev.attune.core.scoring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a bundle needs to read messages: its sentence models, and the encoder they learned with. */
final class BundledSentences {
  private BundledSentences() {}

  /**
   * @param encoders null when nothing is scored
   */
  static RowEncoder.Sentences read(
      Path dir, ModelManifest manifest, @Nullable SentenceEncoders encoders)
      throws IOException, ModelException {
    Map<String, SentenceModel> models = new HashMap<>();
    SentenceEncoder encoder = null;
    for (Encoding encoding : manifest.encodings()) {
      if (encoding instanceof Encoding.Sentence sentence) {
        if (!models.isEmpty()) {
          throw new ModelException(
              "Version " + manifest.version() + " reads the message more than once.");
        }
        SentenceModel model = model(dir, manifest, sentence);
        models.put(sentence.file(), model);
        encoder = encoders == null ? null : encoder(manifest, sentence, model, encoders);
      }
    }
    if (models.isEmpty() && manifest.sentenceShare() > 0) {
      throw new ModelException("Version " + manifest.version() + " has no sentence model.");
    }
    return new RowEncoder.Sentences(Map.copyOf(models), encoder);
  }

  private static SentenceModel model(Path dir, ModelManifest manifest, Encoding.Sentence sentence)
      throws IOException, ModelException {
    SentenceModel model = SentenceModel.read(BundleFiles.verified(dir, manifest, sentence.file()));
    boolean sameLabels =
        model.classes() == sentence.labels().size()
            && (manifest.sentenceShare() == 0 || sentence.labels().equals(manifest.labels()));
    if (!sameLabels) {
      throw new ModelException(sentence.file() + " has other labels than the manifest.");
    }
    return model;
  }

  private static SentenceEncoder encoder(
      ModelManifest manifest,
      Encoding.Sentence sentence,
      SentenceModel model,
      SentenceEncoders encoders)
      throws ModelException {
    SentenceEncoder encoder =
        encoders
            .find(sentence.encoder())
            .orElseThrow(
                () ->
                    new ModelException(
                        "Version %s needs the sentence encoder %s, which isn't here."
                            .formatted(manifest.version(), sentence.encoder())));
    if (encoder.dimensions() != model.dimensions()) {
      throw new ModelException(
          "The encoder of version %s gives %d numbers, its model reads %d."
              .formatted(manifest.version(), encoder.dimensions(), model.dimensions()));
    }
    return encoder;
  }
}
