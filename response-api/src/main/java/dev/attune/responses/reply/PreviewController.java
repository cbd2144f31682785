package dev.attune.responses.reply;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.schemas.json.EventRules;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The edge of {@code GET /v1/users/{userId}/preview}. It records and exposes nothing. */
@RestController
class PreviewController {
  private static final int MAX_NAME = 64;

  private final ReplyService replies;

  PreviewController(ReplyService replies) {
    this.replies = replies;
  }

  /**
   * What would be said.
   *
   * @param reason as in a reply: {@code rule:<name>}, or why no rule spoke
   */
  record PreviewBody(
      String slot,
      String text,
      boolean personalized,
      String reason,
      @Nullable String experiment,
      @Nullable String variant) {}

  @Operation(
      operationId = "preview",
      summary = "What a reply to the user would be now",
      description =
          "By what is known of the user now. No decision is made, nobody is exposed, and it isn't"
              + " counted. Templates and conditions see no `variables`.")
  @GetMapping(path = "/v1/users/{userId}/preview", produces = MediaType.APPLICATION_JSON_VALUE)
  PreviewBody preview(
      @Parameter(hidden = true) Caller caller,
      @PathVariable String userId,
      @RequestParam String slot,
      @RequestParam(required = false) @Nullable String locale) {
    caller.mustBeServer(Scope.READ);
    if (!EventRules.isIdentifier(userId)) {
      throw Problem.invalid("userId", "userId: 1 to 128 characters, no control characters.");
    }
    check("slot", slot, MAX_NAME);
    check("locale", locale == null ? "-" : locale, MAX_NAME);
    return replies.preview(userId, slot, locale);
  }

  private static void check(String field, String value, int most) {
    if (value.isEmpty() || value.length() > most) {
      throw Problem.invalid(field, field + " must have 1 to " + most + " characters.");
    }
  }
}
