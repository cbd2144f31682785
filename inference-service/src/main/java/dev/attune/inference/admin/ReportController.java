package dev.attune.inference.admin;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The page that training wrote beside a version; the secret is needed. */
@RestController
@Tag(name = "Models")
final class ReportController {
  static final String FILE = "report.html";

  /** The page has its styles and pictures inside, and no script. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'; sandbox";

  private static final MediaType PAGE = MediaType.parseMediaType("text/html;charset=UTF-8");

  private final ModelRegistry registry;

  ReportController(ModelRegistry registry) {
    this.registry = registry;
  }

  @Operation(
      operationId = "modelReport",
      summary = "What training measured of a version, as a page for a browser")
  @ApiResponse(
      responseCode = "200",
      description = "`report.html` of the version",
      content = @Content(mediaType = MediaType.TEXT_HTML_VALUE))
  @ApiResponse(responseCode = "401", description = "`unauthenticated`: no secret key")
  @ApiResponse(
      responseCode = "404",
      description = "`not_found`: no such version, or one that was not trained here")
  @GetMapping("/v1/models/{version}/report")
  ResponseEntity<Resource> report(@PathVariable String version)
      throws ModelException, NoSuchFileException {
    Path file = registry.published(version).resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(FILE);
    }
    return ResponseEntity.ok()
        .contentType(PAGE)
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .body(new FileSystemResource(file));
  }

  @ExceptionHandler
  ProblemDetail unknown(ModelException e) {
    return notFound(String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  ProblemDetail missing(NoSuchFileException e) {
    return notFound("This version has no report: it was not trained here.");
  }

  private static ProblemDetail notFound(String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, detail);
    problem.setProperty("code", "not_found");
    return problem;
  }
}
