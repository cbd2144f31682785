package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.attune.core.access.KeyRing;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the topic audit has after each kind of act. */
class AuditIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-audit.");
  private static final String USER = "audited user";
  private static final String HASH = new UserHasher("local-erasure-secret").hash(USER);
  private static final @Nullable String NO_BODY = null;
  private static final String PERSON = "Attune-On-Behalf-Of";

  @TempDir private static Path folder;

  private static Service service;
  private static Path keys;

  private final SchemaRegistryClient registry =
      new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));
  private int before;

  @BeforeAll
  static void start() throws IOException {
    keys = folder.resolve("keys");
    write("server", 1);
    service =
        Service.start(
                INFRA, TOPICS.prefix(), "--attune.keys-file=" + keys, "--attune.keys-reload=100ms")
            .ready();
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void count() {
    before = records().size();
  }

  /** The file of keys with one secret key that is its own name. */
  private static void write(String key, long second) throws IOException {
    Files.writeString(keys, key + " secret " + KeyRing.hash(key) + "\n");
    Files.setLastModifiedTime(keys, FileTime.fromMillis(second * 1000));
  }

  @Test
  void anErasureAndAHistoryReadAreThereBeforeTheyAreDone() {
    Instant start = Instant.now();
    assertThat(ask("GET", "/v1/users/audited%20user?history=true", Map.of())).isEqualTo(404);
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of())).isEqualTo(202);

    List<AuditRecord> written = since();
    assertThat(written)
        .extracting(
            AuditRecord::getService,
            AuditRecord::getActor,
            AuditRecord::getVia,
            AuditRecord::getAddress,
            AuditRecord::getAction,
            AuditRecord::getOutcome,
            AuditRecord::getSubject)
        .containsOnly(
            tuple(
                "response-api",
                "key:local-secret",
                null,
                "127.0.0.1",
                "history_read",
                "allowed",
                "user:" + HASH),
            tuple(
                "response-api",
                "key:local-secret",
                null,
                "127.0.0.1",
                "erase",
                "allowed",
                "user:" + HASH));
    assertThat(written)
        .allSatisfy(
            record ->
                assertThat(Instant.ofEpochMilli(record.getAt()))
                    .isBetween(start.minusMillis(1), Instant.now()));
  }

  @Test
  void aPersonAtTheConsoleIsNamedBesideItsKey() {
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of(PERSON, "ad%C3%A4@x@203.0.113.9")))
        .isEqualTo(202);
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of(PERSON, "nobody"))).isEqualTo(202);
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of(PERSON, "%zz@x"))).isEqualTo(202);

    assertThat(since())
        .extracting(AuditRecord::getActor, AuditRecord::getVia, AuditRecord::getAddress)
        .containsOnly(
            tuple("user:adä@x", "key:local-secret", "203.0.113.9"),
            tuple("key:local-secret", null, "127.0.0.1"),
            tuple("key:local-secret", null, "127.0.0.1"));
  }

  @Test
  void whoSignsInAtTheConsoleAndWhoIsRefused() {
    String path = "/internal/sign-ins";
    assertThat(post(path, "{\"name\":\"ada\",\"address\":\"::1\",\"allowed\":true}"))
        .isEqualTo(204);
    assertThat(post(path, "{\"name\":\"ada\",\"address\":\"::1\",\"allowed\":false}"))
        .isEqualTo(204);
    assertThat(post(path, "{\"address\":\"::1\",\"allowed\":false}")).isEqualTo(400);
    assertThat(
            service
                .ask("POST", path, "{\"name\":\"eve\",\"allowed\":true}", json("local-write"))
                .status())
        .isEqualTo(403);

    assertThat(since())
        .extracting(
            AuditRecord::getActor,
            AuditRecord::getVia,
            AuditRecord::getAddress,
            AuditRecord::getAction,
            AuditRecord::getOutcome)
        .containsOnly(
            tuple("user:ada", "key:local-secret", "::1", "sign_in", "done"),
            tuple("user:ada", "key:local-secret", "::1", "sign_in", "refused"));
  }

  @Test
  void whatBecomesOfTheFileOfKeys() throws IOException {
    write("next", 2);

    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              assertThat(ask("GET", "/v1/kpis", Map.of())).isEqualTo(200);
              return since().size() >= 2;
            });
    assertThat(since())
        .extracting(
            AuditRecord::getActor,
            AuditRecord::getAction,
            AuditRecord::getOutcome,
            AuditRecord::getSubject)
        .containsOnly(
            tuple("file:keys", "key_added", "done", "key:next"),
            tuple("file:keys", "key_removed", "done", "key:server"));
  }

  @Test
  void tellsTheNewestActsToServers() {
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of(PERSON, "lea@203.0.113.9")))
        .isEqualTo(202);
    assertThat(post("/internal/sign-ins", "{\"name\":\"lea\",\"allowed\":false}")).isEqualTo(204);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> acts("?actor=user:lea").path("acts").size() >= 2);
    JsonNode acts = acts("?actor=user:lea");
    assertThat(acts.path("complete").asBoolean()).isTrue();
    assertThat(acts.at("/acts/0/action").asString()).isEqualTo("sign_in");
    assertThat(acts.at("/acts/0/outcome").asString()).isEqualTo("refused");
    JsonNode erased = acts("?actor=user:lea&action=erase").at("/acts/0");
    assertThat(erased.path("subject").asString()).isEqualTo("user:" + HASH);
    String[] detail = erased.path("detail").asString().split(" ");
    assertThat(detail[0]).isEqualTo("receipt");
    assertThat(service.get("/v1/erasures/" + detail[1]).statusCode()).isEqualTo(200);
    assertThat(erased.path("via").asString()).isEqualTo("key:local-secret");
    assertThat(erased.path("address").asString()).isEqualTo("203.0.113.9");
    assertThat(Instant.parse(erased.path("at").asString())).isBefore(Instant.now());
    assertThat(acts("?limit=1").path("acts").size()).isEqualTo(1);
    assertThat(service.get("/v1/audit?limit=0").statusCode()).isEqualTo(400);
  }

  @Test
  void anErasureIsFoundByItsUserAndLeafedThrough() {
    for (int i = 0; i < 2; i++) {
      assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of(PERSON, "pia@203.0.113.9")))
          .isEqualTo(202);
      assertThat(ask("DELETE", "/v1/users/another", Map.of(PERSON, "pia@203.0.113.9")))
          .isEqualTo(202);
    }
    String mine = "?actor=user:pia&action=erase&action=sign_in&userId=audited%20user";

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> acts("?actor=user:pia").at("/acts/3").isObject());
    JsonNode first = acts(mine + "&limit=1");
    JsonNode second = acts(mine + "&limit=1&before=" + first.path("next").asString());

    assertThat(first.at("/acts/0/subject").asString()).isEqualTo("user:" + HASH);
    assertThat(second.at("/acts/0/subject").asString()).isEqualTo("user:" + HASH);
    assertThat(second.at("/acts/0/id")).isNotEqualTo(first.at("/acts/0/id"));
    assertThat(second.path("next").isNull()).isTrue();
    assertThat(acts("?userId=nobody").path("acts").size()).isZero();
    assertThat(service.get("/v1/audit?before=yesterday").statusCode()).isEqualTo(400);
  }

  private static JsonNode acts(String query) {
    return Service.json(service.get("/v1/audit" + query));
  }

  @Test
  void holdsNoUsersIdAndNoKey() {
    assertThat(ask("DELETE", "/v1/users/audited%20user", Map.of())).isEqualTo(202);

    assertThat(records())
        .allSatisfy(
            record ->
                assertThat(record.toString())
                    .doesNotContain(USER, KeyRing.hash("next"), KeyRing.hash("server")));
  }

  /** Asked again where a busy machine had no time; what was recorded then is the same. */
  private static int ask(String method, String path, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Authorization", "Bearer local-secret");
    int status = 503;
    for (int tries = 0; status == 503 && tries < 20; tries++) {
      status = service.ask(method, path, NO_BODY, headers).status();
    }
    return status;
  }

  private static int post(String path, String body) {
    return service.ask("POST", path, body, json("local-secret")).status();
  }

  private static Map<String, String> json(String key) {
    return Map.of("Authorization", "Bearer " + key, "Content-Type", "application/json");
  }

  private List<AuditRecord> since() {
    List<AuditRecord> all = records();
    return all.stream().sorted(Comparator.comparingLong(AuditRecord::getAt)).skip(before).toList();
  }

  private List<AuditRecord> records() {
    KafkaSettings kafka =
        KafkaSettings.of(INFRA.bootstrapServers())
            .with(new TopicSettings(TOPICS.prefix(), false, 1, (short) 1));
    List<AuditRecord> records = new ArrayList<>();
    var values = new AvroDeserializer<>(registry, AuditRecord.class);
    try (var reader = TopicReader.of(kafka, "test", TOPICS.audit(), new StartAt.Beginning())) {
      reader.readToEnd(
          record -> {
            AuditRecord found = values.readable(record).orElseThrow();
            assertThat(record.key()).isEqualTo(found.getActor());
            records.add(found);
          });
    }
    return records;
  }
}
