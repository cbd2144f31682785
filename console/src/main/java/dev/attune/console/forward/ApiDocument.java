package dev.attune.console.forward;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /openapi.json}, made of the routes; each service's own document tells the details. */
@RestController
class ApiDocument {
  private final Map<String, Object> document;

  ApiDocument(BuildProperties build) {
    var paths = new LinkedHashMap<String, Map<String, Object>>();
    for (Route route : Route.ALL) {
      String path = "/api/" + route.service().id() + route.path().getPatternString();
      paths
          .computeIfAbsent(path, any -> new LinkedHashMap<>())
          .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
    }
    paths.put("/api/overview", own("How it goes now"));
    paths.put("/api/overview/events", own("How it goes now, every 2 s"));
    paths.put("/api/overview/history", own("How it went in the last hours"));
    paths.put("/api/experiments/{name}/effects", own("An experiment's effect over time"));
    paths.put("/api/models/{version}/drift", own("How far features moved, over time"));
    document =
        Map.of(
            "openapi",
            "3.1.0",
            "info",
            Map.of("title", "Attune console", "version", build.getVersion()),
            "paths",
            paths);
  }

  /** What the console answers itself. */
  private static Map<String, Object> own(String summary) {
    return Map.of(
        "get",
        Map.of("summary", summary, "responses", Map.of("200", Map.of("description", summary))));
  }

  private static Map<String, Object> operation(Route route) {
    String from = "As the service %s answers.".formatted(route.service().id());
    return Map.of(
        "summary", route.summary(), "responses", Map.of("default", Map.of("description", from)));
  }

  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, Object> document() {
    return document;
  }
}
