package dev.attune.inference.model;

import dev.attune.core.experiment.CanaryComparison;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who scores whom, as of one moment: a batch is scored with one of these.
 *
 * @param share of the users that the canary scores, by a hash of the user and the canary's version:
 *     a user stays with it while its share grows, and the next canary gets other users
 * @param shadow scores along; nobody sees what it says
 */
public record ModelSlots(
    @Nullable ServedModel live,
    @Nullable ServedModel canary,
    double share,
    @Nullable ServedModel shadow) {
  public static final ModelSlots EMPTY = new ModelSlots(null);

  public ModelSlots(@Nullable ServedModel live) {
    this(live, null, 0, null);
  }

  /** The model that answers for this user; null when none is live. */
  public @Nullable ServedModel forUser(String userId) {
    boolean chosen = canary != null && CanaryComparison.isChosen(canary.version(), share, userId);
    return chosen ? canary : live;
  }

  public List<ServedModel> loaded() {
    return Stream.of(
            Optional.ofNullable(live), Optional.ofNullable(canary), Optional.ofNullable(shadow))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * @param version empty for the one that is live
   */
  public Optional<ServedModel> find(String name, String version) {
    return loaded().stream()
        .filter(model -> model.name().equals(name))
        .filter(model -> version.isEmpty() ? model == live : model.version().equals(version))
        .findFirst();
  }
}
