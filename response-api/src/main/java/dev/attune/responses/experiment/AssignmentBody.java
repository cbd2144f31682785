package dev.attune.responses.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.experiment.ArmLookup;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arm that replies to a user have of an experiment, or why they have none. */
@JsonInclude(Include.NON_NULL)
record AssignmentBody(
    String experiment,
    String userId,
    @Schema(description = "The arm; missing when there is none.") @Nullable String variant,
    @Schema(description = "Where replies have that arm.") List<String> slots,
    @Schema(
            description =
                "Why there is no arm: `stopped`, `held_out`, `other_experiment` (see `takenBy`),"
                    + " `other_part` (outside its namespace or filters), `condition` (its `when`"
                    + " doesn't hold) or `coverage`.",
            allowableValues = {
              "stopped",
              "held_out",
              "other_experiment",
              "other_part",
              "condition",
              "coverage"
            })
        @Nullable String reason,
    @Schema(description = "With `condition`: the arm once it holds.") @Nullable String wouldBe,
    @Schema(description = "With `other_experiment`: its name.") @Nullable String takenBy) {
  /**
   * @param bySlot at least one
   */
  static AssignmentBody of(String experiment, String userId, Map<String, ArmLookup> bySlot) {
    List<String> slots =
        bySlot.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof ArmLookup.Has)
            .map(Map.Entry::getKey)
            .toList();
    ArmLookup arm =
        bySlot.values().stream()
            .filter(ArmLookup.Has.class::isInstance)
            .findFirst()
            .orElseGet(() -> bySlot.values().iterator().next());
    return switch (arm) {
      case ArmLookup.Has(String variant) ->
          new AssignmentBody(experiment, userId, variant, slots, null, null, null);
      case ArmLookup.Stopped() -> none(experiment, userId, "stopped", null, null);
      case ArmLookup.HeldOut() -> none(experiment, userId, "held_out", null, null);
      case ArmLookup.Taken(String by) -> none(experiment, userId, "other_experiment", null, by);
      case ArmLookup.OtherPart() -> none(experiment, userId, "other_part", null, null);
      case ArmLookup.ConditionFails(var then) ->
          none(experiment, userId, "condition", then.orElse(null), null);
      case ArmLookup.NotCovered() -> none(experiment, userId, "coverage", null, null);
    };
  }

  private static AssignmentBody none(
      String experiment,
      String userId,
      String reason,
      @Nullable String wouldBe,
      @Nullable String takenBy) {
    return new AssignmentBody(experiment, userId, null, List.of(), reason, wouldBe, takenBy);
  }
}
