package dev.attune.inference.model;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The model registry over HTTP; the secret is needed. */
@RestController
@RequestMapping("/v1/models")
@Tag(name = "Models")
final class ModelsController {

  private final ModelRegistry registry;
  private final ModelHost host;

  ModelsController(ModelRegistry registry, ModelHost host) {
    this.registry = registry;
    this.host = host;
  }

  /**
   * What the registry has and what serves; {@code failure} tells why the two differ.
   *
   * @param serving null while no model serves
   */
  record Models(
      @Nullable Serving serving, List<Version> versions, ModelHost.@Nullable Failure failure) {}

  /** The model that answers. */
  record Serving(String name, String version, long revision, String featureSetId) {}

  /** A published version. */
  record Version(String version, boolean live) {}

  @Operation(summary = "Published versions, which one serves, and why if it isn't the live one")
  @GetMapping
  Models list() throws ModelException {
    ServedModel live = host.get().live();
    Serving serving =
        live == null
            ? null
            : new Serving(live.name(), live.version(), live.revision(), live.featureSetId());
    List<Version> versions =
        registry.versions().stream()
            .map(entry -> new Version(entry.version(), entry.live()))
            .toList();
    return new Models(serving, versions, host.failure().orElse(null));
  }

  @Operation(summary = "Makes a version live after its self-check")
  @PostMapping("/{version}/promote")
  Models promote(@PathVariable String version) throws ModelException {
    registry.promote(version);
    host.refresh();
    return list();
  }

  @Operation(summary = "Goes back to the version that was live before")
  @PostMapping("/rollback")
  Models rollback() throws ModelException {
    var unused = registry.rollback();
    host.refresh();
    return list();
  }

  /** The registry's messages are written for whoever administers it. */
  @ExceptionHandler
  ProblemDetail refused(ModelException e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
    problem.setProperty("code", "model_refused");
    return problem;
  }
}
