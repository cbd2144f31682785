package dev.attune.inference.oip;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The protocol's REST edge. Every error under {@code /v2} is its {@code {"error": …}}. */
@RestController
@RequestMapping(path = "/v2", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Open Inference Protocol v2")
final class OipController {
  /** Some 300,000 numbers: far above any batch of rows, far below what hurts the heap. */
  private static final int BODY_LIMIT = 4 << 20;

  private final OpenInference inference;

  OipController(OpenInference inference) {
    this.inference = inference;
  }

  /** For the documentation: what {@link InferJson} reads. */
  record InferBody(
      @Nullable String id,
      @Nullable Map<String, Object> parameters,
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<Input> inputs,
      @Nullable List<Wanted> outputs) {
    /** An input tensor. */
    record Input(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "features") String name,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<Long> shape,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "FP32") String datatype,
        @Nullable Map<String, Object> parameters,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<Object> data) {}

    /** An output asked for. */
    record Wanted(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,
        @Nullable Map<String, Object> parameters) {}
  }

  /** For the documentation: every error. */
  record ErrorBody(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) String error) {}

  @Operation(summary = "Server metadata")
  @GetMapping({"", "/"})
  Map<String, Object> server() {
    return Map.of(
        "name", OpenInference.SERVER, "version", inference.version(), "extensions", List.of());
  }

  @Operation(summary = "Is the process up?")
  @GetMapping("/health/live")
  Map<String, Boolean> live() {
    return Map.of("live", true);
  }

  @Operation(summary = "Can it take requests?")
  @GetMapping("/health/ready")
  Map<String, Boolean> ready() {
    return Map.of("ready", true);
  }

  @Operation(summary = "A model's metadata")
  @GetMapping("/models/{name}")
  ModelView model(@PathVariable String name) {
    return inference.describe(name, "");
  }

  @Operation(summary = "A model version's metadata")
  @GetMapping("/models/{name}/versions/{version}")
  ModelView model(@PathVariable String name, @PathVariable String version) {
    return inference.describe(name, version);
  }

  @Operation(summary = "Can this model score?")
  @GetMapping("/models/{name}/ready")
  Map<String, Object> modelReady(@PathVariable String name) {
    return modelReady(name, "");
  }

  @Operation(summary = "Can this model version score?")
  @GetMapping("/models/{name}/versions/{version}/ready")
  Map<String, Object> modelReady(@PathVariable String name, @PathVariable String version) {
    var described = inference.describe(name, version);
    return Map.of("name", described.name(), "ready", true);
  }

  @Operation(
      summary = "Scores encoded rows",
      description =
          "Input `features` FP32 [rows, width]; outputs `probabilities` FP32 [rows, classes] and"
              + " `label` BYTES [rows]. `data` flat or nested; null or \"NaN\" is a missing value.")
  @PostMapping("/models/{name}/infer")
  InferJson.Response infer(@PathVariable String name, HttpServletRequest request)
      throws IOException {
    return infer(name, "", request);
  }

  @Operation(
      summary = "Scores encoded rows with one version",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = InferBody.class))))
  @PostMapping("/models/{name}/versions/{version}/infer")
  InferJson.Response infer(
      @PathVariable String name, @PathVariable String version, HttpServletRequest request)
      throws IOException {
    InferJson.Request parsed = InferJson.read(body(request), name, version);
    return InferJson.Response.of(inference.infer(parsed.call()), parsed.id());
  }

  private static byte[] body(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(BODY_LIMIT + 1);
    if (body.length > BODY_LIMIT) {
      throw new OipException(
          OipException.Kind.TOO_LARGE, "the body is larger than " + BODY_LIMIT + " bytes");
    }
    return body;
  }

  @Operation(hidden = true)
  @RequestMapping("/**")
  Map<String, String> unknown() {
    throw new OipException(OipException.Kind.NOT_FOUND, "the protocol has no such call");
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> error(OipException e) {
    HttpStatus status =
        switch (e.kind()) {
          case INVALID -> HttpStatus.BAD_REQUEST;
          case NOT_FOUND -> HttpStatus.NOT_FOUND;
          case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
          case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
          case FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("error", e.detail()));
  }
}
