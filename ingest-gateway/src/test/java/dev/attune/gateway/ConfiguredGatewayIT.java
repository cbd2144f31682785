package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.access.KeyRing;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.local.infra.Infra;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that an operator has made strict: keys by origin, rates, plan, no unknown fields. */
@TestInstance(Lifecycle.PER_CLASS)
class ConfiguredGatewayIT {
  private static final int KEY_RATE = 400;
  private static final int USER_RATE = 100;
  private static final String SHOP = "https://shop.example";

  private final Path folder;
  private final Gateway gateway;
  private int writes;

  ConfiguredGatewayIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(
        folder.resolve("tracking-plan.yaml"),
        """
        events:
          coupon_used:
            properties: {type: object, required: [code]}
        """);
    writeKeys("shop", "old");
    this.gateway =
        Gateway.start(
            Infra.shared(),
            "attune.keys-file=" + folder.resolve("keys"),
            "attune.keys-reload=100ms",
            "attune.rates.per-key=" + KEY_RATE,
            "attune.rates.per-user=" + USER_RATE,
            "attune.rates.burst-seconds=1",
            "attune.rates.user-burst-seconds=1",
            "attune.tracking.playbook=" + folder,
            "attune.tracking.unknown-names=REFUSE",
            "attune.body.keep-unknown=false",
            "attune.producer.epoch=2");
  }

  @BeforeAll
  void check() {
    assertThat(post("shop", Map.of("Origin", SHOP), event("u", "")).statusCode()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void refusesEveryCallerWithoutAKeyThatFits() throws IOException {
    String body = event("nobody", "");
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      String address = "10.0.0." + i;
      answers.add(post("", Map.of(), body));
      answers.add(post("wrong" + i, Map.of("X-Forwarded-For", "127.0.0.1, " + address), body));
      answers.add(post("", Map.of("X-Forwarded-For", address, "Forwarded", "for=_a"), body));
      answers.add(post("", Map.of("X-Api-Key", "shop", "Cookie", "key=shop"), body));
      answers.add(post("shop", Map.of("Origin", "https://evil.example"), body));
      answers.add(post("shop", Map.of("Origin", "https://shop.example.evil.example"), body));
      answers.add(
          post(
              "shop",
              Map.of(
                  "Origin", "http://shop.example",
                  "X-Forwarded-Proto", "https",
                  "X-Forwarded-Host", "shop.example"),
              body));
      answers.add(post("shop", Map.of("Origin", "null"), body));
    }

    assertThat(answers).allMatch(answer -> List.of(401, 403).contains(answer.statusCode()));
    assertThat(gateway.count(e -> e.getUserId().equals("nobody"))).isZero();
  }

  @Test
  void aWithdrawnKeyIsRefusedFromThenOn() throws IOException {
    assertThat(post("old", Map.of(), event("u", "")).statusCode()).isEqualTo(200);

    writeKeys("shop", "new");

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> post("old", Map.of(), event("u", "")).statusCode() == 401);
    assertThat(post("new", Map.of(), event("u", "")).statusCode()).isEqualTo(200);
  }

  @Test
  void admitsNoMoreEventsOfAKeyThanItsRate() throws Exception {
    assertAdmits(KEY_RATE, () -> UUID.randomUUID().toString(), List.of("local-write"));
  }

  @Test
  void admitsNoMoreEventsOfAUserThanItsRateWhateverTheAddress() throws Exception {
    assertAdmits(USER_RATE, () -> "greedy", List.of("shop"));
  }

  /** The first number is epoch · 2¹⁵ + partition. */
  @Test
  void tokensCarryTheEpoch() {
    HttpResponse<String> answer = gateway.postJson(event("t", ""));

    int partition = KeyPartition.of("t", TopicSettings.STANDARD.partitions());
    assertThat(answer.body()).contains("\"tokens\":{\"t\":\"" + ((2 << 15) + partition) + "-");
  }

  @Test
  void saysWhichPartOfThePlanACustomEventBreaks() {
    String custom = "'type':'custom','custom':{'name':'%s','properties':{%s}}";

    HttpResponse<String> kept =
        gateway.postJson(typed("p", custom.formatted("coupon_used", "'code':1")));
    HttpResponse<String> broken = gateway.postJson(typed("p", custom.formatted("coupon_used", "")));
    HttpResponse<String> unknown = gateway.postJson(typed("p", custom.formatted("cupon_used", "")));

    assertThat(kept.statusCode()).isEqualTo(200);
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(broken.body()).contains("custom.properties.code", "required by the tracking plan");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("custom.name", "did you mean `coupon_used`?");
  }

  @Test
  void refusesFieldsThatTheContractDoesNotKnow() {
    HttpResponse<String> answer = gateway.postJson(event("p", "'colour':'red',"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"colour\"", "not a field of the contract");
  }

  /** Pushes for three seconds with batches of all sizes, from ever other addresses. */
  private void assertAdmits(int rate, Supplier<String> user, List<String> keys) throws Exception {
    long start = System.nanoTime();
    long accepted = 0;
    long refused = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<long[]>> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String key = keys.get(i % keys.size());
        clients.add(threads.submit(() -> push(start, rate, key, user)));
      }
      for (Future<long[]> client : clients) {
        accepted += client.get()[0];
        refused += client.get()[1];
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double limit = rate * (seconds + 1);

    assertThat(refused).as("refused events").isPositive();
    assertThat(accepted / limit).as("admitted of the limit").isBetween(0.5, 1.05);
  }

  private long[] push(long start, int rate, String key, Supplier<String> user) {
    long[] counts = new long[2];
    while (System.nanoTime() - start < 3_000_000_000L) {
      int events = ThreadLocalRandom.current().nextInt(1, rate / 4);
      String body =
          IntStream.range(0, events)
              .mapToObj(i -> event(user.get(), ""))
              .collect(Collectors.joining(",", "{\"events\":[", "]}"));
      String address = "10.1.1." + ThreadLocalRandom.current().nextInt(256);
      HttpResponse<String> answer = post(key, Map.of("X-Forwarded-For", address), body);
      counts[answer.statusCode() == 200 ? 0 : 1] += events;
      if (answer.statusCode() != 200) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        assertThat(answer.body()).contains("\"code\":\"rate_limited\"", "\"retryable\":true");
        LockSupport.parkNanos(5_000_000);
      }
    }
    return counts;
  }

  private void writeKeys(String... names) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      String origin = name.equals("shop") ? SHOP : "*";
      text.append(name + " write " + KeyRing.hash(name) + " " + origin + "\n");
    }
    Path file = folder.resolve("keys");
    Files.writeString(file, text);
    // two writes within one tick of the file system's clock must differ
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(++writes)));
  }

  private HttpResponse<String> post(String key, Map<String, String> headers, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/events"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    headers.forEach(request::header);
    return gateway.send(request.build());
  }

  private static String event(String user, String more) {
    return typed(user, more + "'type':'clicked','clicked':{'element':'#a'}");
  }

  private static String typed(String user, String rest) {
    return "{'eventId':'%s','userId':'%s',%s}"
        .formatted(UUID.randomUUID(), user, rest)
        .replace('\'', '"');
  }
}
