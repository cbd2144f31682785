package dev.attune.inference.scoring;

import dev.attune.core.feature.Memberships;
import dev.attune.core.scoring.PublishedSegments;
import java.util.Collection;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The segments of the row that was scored last. The playbook is not known here; what the rows carry
 * is what a model in a slot would be asked with.
 */
@Component
public final class SeenSegments implements PublishedSegments {
  private volatile Optional<Collection<String>> seen = Optional.empty();

  /** Of a row that says which segments there are. */
  void saw(Memberships memberships) {
    if (!seen.equals(Optional.of(memberships.definitions()))) {
      seen = Optional.of(memberships.definitions());
    }
  }

  @Override
  public Optional<Collection<String>> definitions() {
    return seen;
  }
}
