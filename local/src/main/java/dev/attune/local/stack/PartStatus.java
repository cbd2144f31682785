package dev.attune.local.stack;

import org.jspecify.annotations.Nullable;

/**
 * How one part does.
 *
 * @param pid absent when it does not run, as are the figures behind
 * @param rssBytes resident memory
 */
public record PartStatus(
    Part part,
    State state,
    @Nullable Long pid,
    int port,
    @Nullable Long rssBytes,
    @Nullable Long uptimeSeconds) {
  /** What a part can be in. */
  public enum State {
    /** answers */
    READY,
    /** runs, does not answer (yet) */
    STARTING,
    /** was started and is gone */
    DEAD,
    /** was not started, or was stopped */
    STOPPED
  }
}
