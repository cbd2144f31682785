package dev.attune.encoder;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceEncoders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of a folder, and the one that comes with Attune. A model that learned with either is
 * served, so that one can follow the other. Nothing is loaded before it is needed.
 */
public final class LocalEncoders implements SentenceEncoders {
  private final int most;
  private final List<Place> places;

  /**
   * @param folder with {@code model.onnx} and {@code tokenizer.json}; null: only the one that comes
   *     along
   * @param most texts whose numbers each remembers
   */
  public LocalEncoders(@Nullable Path folder, int most) {
    this.most = most;
    this.places =
        Stream.of(Optional.ofNullable(folder), Optional.<Path>empty())
            .distinct()
            .map(Place::new)
            .toList();
  }

  @Override
  public SentenceEncoder own() throws ModelException {
    return places.getFirst().encoder();
  }

  @Override
  public Optional<SentenceEncoder> find(String id) throws ModelException {
    for (Place place : places) {
      if (place.id().equals(id)) {
        return Optional.of(place.encoder());
      }
    }
    return Optional.empty();
  }

  /** Where an encoder is, and the encoder once it was asked for. */
  private final class Place {
    private final Optional<Path> folder;
    private @Nullable String id;
    private @Nullable SentenceEncoder loaded;

    Place(Optional<Path> folder) {
      this.folder = folder;
    }

    private EncoderFiles files() throws ModelException {
      return folder.isPresent() ? EncoderFiles.of(folder.get()) : EncoderFiles.bundled();
    }

    synchronized String id() throws ModelException {
      String known = id;
      if (known == null) {
        known = files().id();
        id = known;
      }
      return known;
    }

    synchronized SentenceEncoder encoder() throws ModelException {
      SentenceEncoder encoder = loaded;
      if (encoder == null) {
        OnnxSentenceEncoder fresh = new OnnxSentenceEncoder(files());
        fresh.warm();
        encoder = new CachedSentenceEncoder(fresh, most);
        loaded = encoder;
        id = encoder.id();
      }
      return encoder;
    }
  }
}
