package dev.attune.cli.backup;

import dev.attune.schemas.Topics;
import java.util.function.Function;

/**
 * The topics that nothing else holds, in the order in which they are read and restored. A decision
 * is read before the events, so that no event that it was made of is missing. An erasure is read
 * after them, so that it is known for each of them.
 *
 * <p>All other topics are made of these by the services, but for rejected events.
 */
public enum BackupTopic {
  AUDIT("audit", Topics::audit),
  MODEL_STEPS("model-steps", Topics::modelSteps),
  LABELS("labels", Topics::labels),
  EXPERIMENT_CHANGES("experiment-changes", Topics::experimentChanges),
  DECISIONS("decisions", Topics::decisions),
  EVENTS("interaction-events", Topics::interactionEvents),
  ERASURES("erasures", Topics::erasures);

  private final String folder;
  private final Function<Topics, String> topic;

  BackupTopic(String folder, Function<Topics, String> topic) {
    this.folder = folder;
    this.topic = topic;
  }

  /** Its name without the installation's prefix. */
  public String folder() {
    return folder;
  }

  String in(Topics topics) {
    return topic.apply(topics);
  }

  /** Whether its records are users', with their id as the key. */
  boolean isOfUsers() {
    return this == EVENTS || this == DECISIONS;
  }

  /** Whether it may be written before anything is restored, and may grow at both ends. */
  boolean mayBeginBefore() {
    return this == AUDIT || this == MODEL_STEPS || this == ERASURES;
  }
}
