package dev.attune.http;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /openapi.json}: the service's {@code openapi.json}, a resource that its tests hold
 * against its code. Making it while the service runs would take a library that each start pays for.
 */
@RestController
final class OpenApiController {
  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  Resource document() {
    return new ClassPathResource("openapi.json");
  }
}
