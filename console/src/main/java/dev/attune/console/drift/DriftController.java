package dev.attune.console.drift;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** A version's drift over time. */
@RestController
class DriftController {
  private final DriftWatch watch;

  DriftController(DriftWatch watch) {
    this.watch = watch;
  }

  @GetMapping("/api/models/{version}/drift")
  DriftOverTime drift(@PathVariable("version") String version) {
    return watch
        .curve(version)
        .map(DriftOverTime::of)
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "No users were compared with such a version yet."));
  }
}
