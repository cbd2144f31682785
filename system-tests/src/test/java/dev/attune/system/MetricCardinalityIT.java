package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What users and strangers send makes no new series: a label that took a user's id or a path would
 * fill Prometheus' memory, and tell it who the users are.
 */
@Timeout(300)
class MetricCardinalityIT {
  /** Begins whatever is sent here and must be in no label. */
  private static final String MARK = "cardinal-";

  /**
   * Of each kind so many different ones, and fewer new series: a label that took them would have
   * brought as many. The room below is for what may happen for the first time meanwhile: a status
   * of the gateway has 72 series, a report of drift three a feature.
   */
  private static final int DIFFERENT = 300;

  /** Five events each, in a batch of at most 500. */
  private static final int USERS_A_BATCH = 100;

  private static final int AT_ONCE = 8;

  /** As docs/operations.md says: with the shop's playbook, whatever a service was asked before. */
  private static final int MOST = 1_500;

  private static final List<Part> SERVICES =
      List.of(Part.GATEWAY, Part.RESPONSES, Part.INFERENCE, Part.STREAMS, Part.CONSOLE);

  private final RunningStack running = RunningStack.shared();
  private final StackSettings stack = running.settings();

  @Test
  void whatIsSentMakesNoNewSeries() throws Exception {
    send("first", 2); // of each kind one: what it counts as is there from now on
    Map<Part, Set<String>> before = series();

    send("many", DIFFERENT);
    Eventually.holds(
        "the last user has a prediction", () -> hasPrediction(name("many", DIFFERENT - 1)));

    Map<Part, Set<String>> after = series();
    after.forEach(
        (service, series) -> {
          var added = new HashSet<>(series);
          added.removeAll(before.get(service));
          System.out.printf("%s: %d series, %d new%n", service.id(), series.size(), added.size());
          assertThat(added).as(service.id()).hasSizeLessThan(DIFFERENT);
          assertThat(series)
              .as(service.id())
              .hasSizeLessThan(MOST)
              .noneMatch(one -> one.toLowerCase(Locale.ROOT).contains(MARK));
        });
  }

  /** Each sample's name and labels. */
  private Map<Part, Set<String>> series() throws IOException {
    Map<Part, Set<String>> all = new EnumMap<>(Part.class);
    for (Part service : SERVICES) {
      URI url = URI.create(at(service.managementPort(stack.ports()), "actuator/prometheus"));
      all.put(
          service,
          BoundedHttp.get(url)
              .body()
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.substring(0, line.lastIndexOf(' ')))
              .collect(Collectors.toSet()));
    }
    return all;
  }

  private void send(String round, int different) throws Exception {
    List<String> names = IntStream.range(0, different).mapToObj(n -> name(round, n)).toList();
    for (int at = 0; at < different; at += USERS_A_BATCH) {
      List<String> events =
          names.subList(at, Math.min(different, at + USERS_A_BATCH)).stream()
              .flatMap(MetricCardinalityIT::events)
              .toList();
      assertThat(running.gateway.send(events).rejected()).isNotEmpty();
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<Boolean>> asked = names.stream().map(this::asking).toList();
      for (Future<Boolean> done : threads.invokeAll(asked)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  private static String name(String round, int n) {
    return MARK + round + "-" + n;
  }

  /** Of a user in a session: what is accepted, what is not in the plan, and what is rejected. */
  private static Stream<String> events(String name) {
    return Stream.of(
        event(name, "page_viewed", "\"page_viewed\":{\"page\":\"/%s\"},\"%s\":1", name, name),
        event(name, "custom", "\"custom\":{\"name\":\"%s\"}", name),
        event(name, name, "\"%s\":{}", name),
        event(name, "clicked", "\"clicked\":{\"%s\":1}", name),
        event(name, "message_sent", "\"message_sent\":{\"text\":\"where is my %s\"}", name));
  }

  private static String event(String name, String type, String details, Object... in) {
    return """
    {"eventId":"%s","type":"%s","userId":"%s","sessionId":"%s-session","locale":"en-US",%s}"""
        .formatted(UUID.randomUUID(), type, name, name, details.formatted(in));
  }

  /** For an unknown slot, for what is not there, and under unknown paths with unknown methods. */
  private Callable<Boolean> asking(String name) {
    return () -> {
      String slot =
          """
          {"userId":"%s","slot":"%s","locale":"en-US","sessionId":"%s-session"}"""
              .formatted(name, name, name);
      List<Integer> statuses =
          new ArrayList<>(List.of(post(stack.responsesUrl() + "/v1/responses", slot)));
      for (String path : List.of("users", "decisions", "experiments", "erasures", name)) {
        statuses.add(ask("GET", stack.responsesUrl() + "/v1/" + path + "/" + name));
      }
      statuses.add(ask("GET", stack.inferenceUrl() + "/v2/models/" + name));
      for (Part service : SERVICES) {
        int management = service.managementPort(stack.ports());
        statuses.add(ask(name.toUpperCase(Locale.ROOT), at(service.port(stack.ports()), name)));
        statuses.add(ask("GET", at(management, name)));
      }
      return statuses.stream().allMatch(status -> status < 500);
    };
  }

  private static String at(int port, String path) {
    return "http://127.0.0.1:" + port + "/" + path;
  }

  private static int post(String url, String body) throws IOException {
    return BoundedHttp.send(request(url).POST(BodyPublishers.ofString(body))).statusCode();
  }

  private static int ask(String method, String url) throws IOException {
    return BoundedHttp.send(request(url).method(method, BodyPublishers.noBody())).statusCode();
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", "Bearer " + LocalKeys.SECRET)
        .header("Content-Type", "application/json");
  }

  private boolean hasPrediction(String name) throws IOException {
    return ask("GET", stack.responsesUrl() + "/v1/users/" + name) == 200;
  }
}
