package dev.attune.core.scoring;

import java.util.Optional;

/** The sentence encoders that are here. Thread-safe; an encoder is loaded when it is asked for. */
public interface SentenceEncoders {
  /**
   * The one that new models learn with.
   *
   * @throws ModelException when it can't be loaded
   */
  SentenceEncoder own() throws ModelException;

  /**
   * The one that a bundle names.
   *
   * @throws ModelException when one that is here can't be loaded
   */
  Optional<SentenceEncoder> find(String id) throws ModelException;
}
