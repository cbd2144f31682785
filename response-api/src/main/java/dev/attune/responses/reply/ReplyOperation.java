package dev.attune.responses.reply;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/responses} for the OpenAPI document, which is made of Spring's handlers. {@link
 * ReplyEndpoint} has the path and answers.
 */
@RestController
class ReplyOperation {

  @Operation(
      operationId = "respond",
      summary = "What to say to this user in this slot",
      description =
          "Always answers a valid request with something to say; `reason` tells why it is generic"
              + " when it is.",
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = AskBody.class))))
  @ApiResponse(responseCode = "200", description = "The reply")
  @ApiResponse(responseCode = "404", description = "`unknown_slot`", content = @Content)
  @PostMapping(path = ReplyEndpoint.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  ReplyBody respond() {
    throw new IllegalStateException("answered by ReplyEndpoint");
  }

  /** The request's shape, for the OpenAPI document; {@link AskReader} reads it. */
  @Schema(name = "ReplyRequest")
  record AskBody(
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED, maxLength = 128, example = "u-1")
          String userId,
      @Schema(maxLength = 128, example = "s-1") String sessionId,
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "greeting") String slot,
      @Schema(description = "BCP 47; falls back pt-BR → pt → default", example = "en-US")
          String locale,
      @Schema(description = "values for the playbook's variables", example = "{\"name\":\"Ada\"}")
          Map<String, String> variables,
      @Schema(description = "event token that the prediction should include", example = "3-1523")
          String after,
      @Schema(minimum = "0", maximum = "1000", description = "how long to wait for it")
          Integer waitMs,
      @Schema(
              allowableValues = {"plain", "html", "markdown"},
              description = "how variables are escaped; the playbook's where absent")
          String format,
      @Schema(description = "IANA name; whose hour of day rules see", example = "Europe/Madrid")
          String timezone) {}
}
