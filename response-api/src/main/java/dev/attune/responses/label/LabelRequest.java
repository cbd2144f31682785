package dev.attune.responses.label;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.http.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a message.
 *
 * @param eventId the message's
 * @param label one that training.yaml learns; absent, null or empty: the label is taken back
 */
@JsonInclude(Include.NON_NULL)
record LabelRequest(
    @Schema(requiredMode = RequiredMode.REQUIRED) @Nullable String eventId,
    @Nullable String label) {
  private static final int LONGEST = 64;

  /**
   * The same, complete.
   *
   * @param learned null: the playbook declares no label
   * @return with null for a label that is taken back
   * @throws Problem {@code malformed} with the field
   */
  Checked checked(TrainingSpec.@Nullable Label learned) {
    if (eventId == null || !isName(eventId)) {
      throw Problem.invalid("eventId", "eventId: 1 to 64 characters, no control characters.");
    }
    if (label == null || label.isEmpty()) {
      return new Checked(eventId, null);
    }
    if (learned == null) {
      throw Problem.invalid("label", "The playbook has no training.yaml with a label.");
    }
    if (!learned.learns(label)) {
      throw Problem.invalid(
          "label", "label is none of: " + String.join(", ", learned.values()) + ".");
    }
    if (!isName(label)) {
      throw Problem.invalid("label", "label: 1 to 64 characters, no control characters.");
    }
    return new Checked(eventId, label);
  }

  /** What can be written. */
  record Checked(String eventId, @Nullable String label) {}

  private static boolean isName(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST
        && text.chars().noneMatch(Character::isISOControl);
  }
}
