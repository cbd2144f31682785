package dev.attune.responses.reply;

import dev.attune.responses.access.Caller;
import dev.attune.responses.problem.ApiProblem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The edge of {@code POST /v1/responses}. */
@RestController
class ReplyController {

  /** Fifty variables of a thousand characters fit; nobody can make a replica hold more. */
  private static final int MAX_BODY = 64 * 1024;

  private final AskReader reader;
  private final ReplyService replies;

  ReplyController(AskReader reader, ReplyService replies) {
    this.reader = reader;
    this.replies = replies;
  }

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
  @PostMapping(path = "/v1/responses", produces = MediaType.APPLICATION_JSON_VALUE)
  ReplyBody respond(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true)
          @RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false, defaultValue = "")
          String contentType,
      @Parameter(hidden = true) HttpServletRequest request)
      throws IOException {
    if (!isJson(contentType)) {
      throw ApiProblem.unsupportedMediaType();
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      throw ApiProblem.tooLarge(MAX_BODY);
    }
    Ask ask = reader.read(body);
    caller.mustReach(ask.request().userId());
    return replies.reply(ask);
  }

  private static boolean isJson(String contentType) {
    try {
      return MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(contentType));
    } catch (org.springframework.http.InvalidMediaTypeException e) {
      return false;
    }
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
