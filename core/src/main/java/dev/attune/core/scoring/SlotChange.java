package dev.attune.core.scoring;

import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.ModelRegistry.Canary;
import dev.attune.core.scoring.RolloutProgress.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of who scores whom that nothing speaks against, not yet made. So it can be recorded
 * first.
 */
public final class SlotChange {
  private final ModelRegistry registry;
  private final LiveState.Change change;
  private final List<Move> moves;

  private SlotChange(ModelRegistry registry, LiveState.Change change, List<Move> moves) {
    this.registry = registry;
    this.change = change;
    this.moves = moves;
  }

  /**
   * @throws ModelException when it would be refused now
   */
  static SlotChange judged(ModelRegistry registry, LiveState.Change change) throws ModelException {
    LiveState before = registry.state();
    Assignment after = change.of(before).assignment();
    return new SlotChange(
        registry, change, moves(before == null ? null : before.assignment(), after));
  }

  /**
   * A version gets a slot, or leaves it.
   *
   * @param figures the canary's share
   */
  public record Move(String version, Step slot, boolean enters, Map<String, Double> figures) {}

  /** What it does, as far as is known now; empty: nothing. */
  public List<Move> moves() {
    return moves;
  }

  /**
   * Makes it. It is judged again by what holds then, so that nobody changes that in between.
   * Returns who scores whom afterwards.
   */
  public Assignment make() throws ModelException {
    return registry.change(change).assignment();
  }

  private static List<Move> moves(@Nullable Assignment before, Assignment after) {
    List<Move> moves = new ArrayList<>();
    String live = before == null ? null : before.live().version();
    Canary canary = before == null ? null : before.canary();
    String shadow = before == null ? null : before.shadow();
    add(moves, Step.LIVE, live, after.live().version(), Map.of());
    Canary next = after.canary();
    if (!Objects.equals(canary, next)) {
      add(
          moves,
          Step.CANARY,
          canary == null ? null : canary.version(),
          next == null ? null : next.version(),
          next == null ? Map.of() : Map.of("share", next.share()));
    }
    add(moves, Step.SHADOW, shadow, after.shadow(), Map.of());
    return List.copyOf(moves);
  }

  private static void add(
      List<Move> moves,
      Step slot,
      @Nullable String before,
      @Nullable String after,
      Map<String, Double> figures) {
    boolean isOther = !Objects.equals(before, after);
    if (before != null && isOther) {
      moves.add(new Move(before, slot, false, Map.of()));
    }
    // the same canary with another share
    if (after != null && (isOther || !figures.isEmpty())) {
      moves.add(new Move(after, slot, true, figures));
    }
  }
}
