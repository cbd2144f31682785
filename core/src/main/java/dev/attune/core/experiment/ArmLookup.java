package dev.attune.core.experiment;

import java.util.Optional;

/** Whether a user has an arm of an experiment, and if not, why. To look at it exposes nobody. */
public sealed interface ArmLookup {
  /** The user has this arm. */
  record Has(String variant) implements ArmLookup {}

  /** The experiment doesn't run. */
  record Stopped() implements ArmLookup {}

  /** The user is held out of all experiments. */
  record HeldOut() implements ArmLookup {}

  /** An experiment before it in the file has the user. */
  record Taken(String by) implements ArmLookup {}

  /** The user is outside its part of the population: its namespace or filters. */
  record OtherPart() implements ArmLookup {}

  /**
   * Its condition doesn't hold of the user.
   *
   * @param then the arm once it holds
   */
  record ConditionFails(Optional<String> then) implements ArmLookup {}

  /** The user is outside the share of users who take part. */
  record NotCovered() implements ArmLookup {}
}
