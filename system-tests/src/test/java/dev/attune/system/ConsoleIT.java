package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.StackSettings;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console before the real services. */
class ConsoleIT {
  @Test
  void showsItsPagesInABrowser() throws Exception {
    Node.assumeWithBrowser();
    Node.browse(
        RunningStack.shared().settings(),
        Map.of(),
        "pages.browser.mjs",
        "overview.browser.mjs",
        "states.browser.mjs",
        "people.browser.mjs",
        "label.browser.mjs",
        "waits.browser.mjs");
  }

  @Test
  void forwardsOnlyWhatTheServicesHave() throws Exception {
    StackSettings stack = RunningStack.shared().settings();
    Map<String, String> urls =
        Map.of(
            "gateway", stack.gatewayUrl(),
            "responses", stack.responsesUrl(),
            "inference", stack.inferenceUrl());

    JsonNode routes = apiOf(stack.consoleUrl()).path("paths");

    assertThat(routes.size()).isPositive();
    for (var service : urls.entrySet()) {
      JsonNode own = apiOf(service.getValue()).path("paths");
      String prefix = "/api/" + service.getKey();
      routes
          .propertyStream()
          .filter(route -> route.getKey().startsWith(prefix + "/v1/"))
          .forEach(
              route ->
                  assertThat(own.path(route.getKey().substring(prefix.length())).propertyNames())
                      .as(route.getKey())
                      .containsAll(route.getValue().propertyNames()));
    }
  }

  private static JsonNode apiOf(String url) throws Exception {
    return JsonMapper.shared().readTree(BoundedHttp.get(URI.create(url + "/openapi.json")).body());
  }
}
