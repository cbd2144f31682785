package dev.attune.core.scoring;

import java.util.Collection;
import java.util.Optional;

/** What is known of the segments that users' rows carry today. */
public interface PublishedSegments {
  /** Nothing is known, so no version is refused for its segments. */
  PublishedSegments UNKNOWN = Optional::empty;

  /** The ids of their definitions; empty: not known. */
  Optional<Collection<String>> definitions();

  /**
   * Passes a version that the rows have all segments for.
   *
   * @throws ModelException when they lack one that it was trained on
   */
  default void check(ModelManifest manifest) throws ModelException {
    Collection<String> today = definitions().orElse(null);
    for (Encoding.Segment segment : manifest.segments()) {
      if (today != null && !today.contains(segment.definition())) {
        throw new ModelException(
            ("Version %s was trained on %s as it was defined then. Users' rows don't have that"
                    + " segment, so it would refuse them. Give the segment its former conditions in"
                    + " segments.yaml, or train a version on today's.")
                .formatted(manifest.version(), segment.feature()));
      }
    }
  }

  /** These, for certain. */
  static PublishedSegments of(Collection<String> definitions) {
    return () -> Optional.of(definitions);
  }
}
