package dev.attune.core.experiment;

import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.playbook.YamlNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A playbook's {@code experiments.yaml}. A user takes part in at most one experiment a slot: the
 * first that takes him. Whoever is held out takes part in none and gets generic replies, so that
 * the worth of all of it together can be told.
 */
public final class Experiments {

  /** The name under which the held-out show in decisions. */
  public static final String HOLDOUT = "holdout";

  private static final Experiments NONE = new Experiments(List.of(), null);

  private final List<Experiment> running;
  private final Experiment.@Nullable Filter holdout;

  Experiments(List<Experiment> running, Experiment.@Nullable Filter holdout) {
    this.running = List.copyOf(running);
    this.holdout = holdout;
  }

  public static Experiments none() {
    return NONE;
  }

  /**
   * Reads and checks the file whole; what is wrong is reported at its line.
   *
   * @param slots the playbook's slots
   * @param expressions compiles targeting, over the same names as reply rules
   */
  public static Experiments parse(
      YamlNode root, Collection<String> slots, Expressions expressions) {
    return root.isMissing() ? NONE : new ExperimentsReader(slots, expressions).read(root);
  }

  public List<Experiment> running() {
    return running;
  }

  /** The arm of a user who asks in a slot; empty when no experiment takes him. */
  public Optional<Assignment> assign(String userId, String slot, Scope scope) {
    if (holdout != null && holdout.holds(userId)) {
      return Optional.of(new Assignment(HOLDOUT, HOLDOUT, false));
    }
    for (Experiment experiment : running) {
      if (experiment.appliesTo(slot)) {
        Optional<Assignment> arm = experiment.assign(userId, scope);
        if (arm.isPresent()) {
          return arm;
        }
      }
    }
    return Optional.empty();
  }
}
