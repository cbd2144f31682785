package dev.attune.inference.drift;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The drift report; the secret is needed. */
@RestController
@Tag(name = "Drift")
final class DriftController {
  private final DriftMonitor monitor;

  DriftController(DriftMonitor monitor) {
    this.monitor = monitor;
  }

  @Operation(
      summary = "How far features and predictions moved from the live model's training",
      description =
          "Population stability index, Jensen–Shannon divergence and missing rates over the window,"
              + " against the reference in the model's bundle.")
  @ApiResponse(responseCode = "200", description = "The report for this instance's users")
  @ApiResponse(responseCode = "401", description = "`unauthenticated`: no secret key")
  @GetMapping("/v1/drift")
  DriftReport drift() {
    return monitor.report();
  }
}
