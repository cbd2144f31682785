package dev.attune.console.forward;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;

import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * One thing that the pages may ask of a service: {@code /api/<service><path>} of the console is
 * {@code <path>} of the service, with its secret key. What is not listed is not reachable.
 */
record Route(HttpMethod method, Service service, PathPattern path, String summary) {
  private static final String REPORT = "/v1/models/{version}/report";

  static final List<Route> ALL =
      List.of(
          post(GATEWAY, "/v1/events", "Send events of the playground's customer"),
          post(RESPONSES, "/v1/responses", "What the bot says"),
          get(RESPONSES, "/v1/users", "Who was active of late"),
          get(RESPONSES, "/v1/conversations", "What was said of late, and why"),
          get(RESPONSES, "/v1/playbook", "The rules in force, and which have spoken"),
          get(RESPONSES, "/v1/users/{userId}", "What is known about a user"),
          get(RESPONSES, "/v1/users/{userId}/events", "A user's predictions as they change"),
          get(RESPONSES, "/v1/users/{userId}/preview", "What a reply to a user would be now"),
          delete(RESPONSES, "/v1/users/{userId}", "Erase a user"),
          get(RESPONSES, "/v1/erasures/{receiptId}", "The proof of an erasure"),
          get(RESPONSES, "/v1/decisions/{decisionId}", "Why a reply was given"),
          get(RESPONSES, "/v1/experiments", "The experiments"),
          get(RESPONSES, "/v1/experiments/{name}", "An experiment's metrics and plan"),
          get(RESPONSES, "/v1/experiments/{name}/results", "An experiment's results"),
          get(
              RESPONSES,
              "/v1/experiments/{name}/breakdown",
              "An experiment's results by channel or segment"),
          get(RESPONSES, "/v1/experiments/{name}/state", "Whether an experiment runs"),
          get(
              RESPONSES,
              "/v1/experiments/{name}/assignment",
              "The arm that a user has of an experiment"),
          post(RESPONSES, "/v1/experiments/{name}/state", "Start, stop or weigh an experiment"),
          get(RESPONSES, "/v1/kpis", "How conversations go"),
          get(RESPONSES, "/v1/audit", "Who did what, and when"),
          get(RESPONSES, "/v1/dead-letters", "Why events were refused"),
          get(RESPONSES, "/v1/labels/questions", "Messages for a person to label"),
          post(RESPONSES, "/v1/labels", "Say what a message was about"),
          get(INFERENCE, "/v1/models", "Model versions, and which are live"),
          get(INFERENCE, REPORT, "What training measured of a version, as a page"),
          get(INFERENCE, "/v1/drift", "How far features moved from training"),
          post(INFERENCE, "/v1/models/{version}/promote", "Make a version live"),
          post(INFERENCE, "/v1/models/{version}/canary", "Give a version some users"),
          post(INFERENCE, "/v1/models/{version}/shadow", "Make a version the shadow"),
          post(INFERENCE, "/v1/models/rollback", "Go back to the previous version"),
          delete(INFERENCE, "/v1/models/canary", "End the canary"),
          delete(INFERENCE, "/v1/models/shadow", "End the shadow"));

  /** Whether it changes nothing. */
  boolean reads() {
    return method.equals(HttpMethod.GET);
  }

  /** Whether it answers with a page of its own, which a person looks at in another tab. */
  boolean isReport() {
    return path.getPatternString().equals(REPORT);
  }

  /**
   * @param path raw, as it will be sent on
   */
  static Optional<Route> of(HttpMethod method, Service service, String path) {
    PathContainer parsed = PathContainer.parsePath(path);
    return ALL.stream()
        .filter(route -> route.method.equals(method) && route.service == service)
        .filter(route -> route.path.matches(parsed))
        .findFirst();
  }

  private static Route get(Service service, String path, String summary) {
    return route(HttpMethod.GET, service, path, summary);
  }

  private static Route post(Service service, String path, String summary) {
    return route(HttpMethod.POST, service, path, summary);
  }

  private static Route delete(Service service, String path, String summary) {
    return route(HttpMethod.DELETE, service, path, summary);
  }

  private static Route route(HttpMethod method, Service service, String path, String summary) {
    return new Route(method, service, PathPatternParser.defaultInstance.parse(path), summary);
  }
}
