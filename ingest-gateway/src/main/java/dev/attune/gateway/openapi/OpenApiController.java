package dev.attune.gateway.openapi;

import java.io.IOException;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /openapi.json}: a document written by hand, since the one handler works on raw bytes
 * and annotations could not tell what they are.
 */
@RestController
final class OpenApiController {
  private final byte[] document;

  OpenApiController() throws IOException {
    this.document = new ClassPathResource("openapi.json").getContentAsByteArray();
  }

  @GetMapping("/openapi.json")
  ResponseEntity<byte[]> document() {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document);
  }
}
