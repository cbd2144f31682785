package dev.attune.inference.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who scores whom, as of one moment: a batch is scored with one of these. */
public record Slots(@Nullable ServedModel live) {

  public static final Slots EMPTY = new Slots(null);

  /** The model that answers for this user; null when none is live. */
  public @Nullable ServedModel forUser(String userId) {
    return live;
  }

  public List<ServedModel> loaded() {
    return Stream.ofNullable(live).toList();
  }

  /**
   * @param version empty for the one that is live
   */
  public Optional<ServedModel> find(String name, String version) {
    return loaded().stream()
        .filter(model -> model.name().equals(name))
        .filter(model -> version.isEmpty() || model.version().equals(version))
        .findFirst();
  }
}
