package dev.attune.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.attune.kafka.LoginSettings;
import dev.attune.kafka.RegistrySettings;
import dev.attune.kafka.TlsSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.SegmentChange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryClientTest {
  private static final Schema SCHEMA = SegmentChange.getClassSchema();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final LittleRegistry registry = new LittleRegistry();
  private final SchemaRegistryClient client = new SchemaRegistryClient(registry.url(), TIMEOUT);

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void registersOnceAndRemembersTheId() {
    int first = client.register("t-value", SCHEMA);
    int second = client.register("t-value", SCHEMA);

    assertThat(first).isEqualTo(1).isEqualTo(second);
    assertThat(registry.requests).hasSize(1);
    assertThat(registry.requests.getFirst().path()).isEqualTo("/subjects/t-value/versions");
  }

  @Test
  void registersWithoutJavaHints() {
    client.register("t-value", SCHEMA);

    assertThat(registry.requests.getFirst().body()).doesNotContain("avro.java.string");
    assertThat(client.byId(1).getField("segment").schema().getType()).isEqualTo(Schema.Type.STRING);
  }

  @Test
  void fetchesASchemaOnceEvenForManyThreads() throws Exception {
    int id = registry.add(SCHEMA.toString());

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        var unused = threads.submit(() -> client.byId(id));
      }
    }

    assertThat(client.byId(id)).isEqualTo(SCHEMA);
    assertThat(registry.requests).hasSize(1);
  }

  @Test
  void triesAgainWhileTheRegistryFails() {
    registry.answerNext(503, "");
    registry.answerNext(500, "<html>oops</html>");
    registry.answerNext(429, "{}");

    assertThat(client.register("t-value", SCHEMA)).isEqualTo(1);
    assertThat(registry.requests).hasSize(4);
  }

  @Test
  void doesNotRepeatWhatIsRefused() {
    registry.answerNext(409, "{\"error_code\":409,\"message\":\"incompatible with version 1\"}");

    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.register("t-value", SCHEMA))
        .withMessageContaining("incompatible with version 1")
        .matches(RegistryException.Refused::isIncompatible);
    assertThat(registry.requests).hasSize(1);
  }

  @Test
  void asksForAnUnknownIdOnlyOnceInAWhile() {
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(RegistryException.Refused.class)
          .isThrownBy(() -> client.byId(99))
          .matches(RegistryException.Refused::isNotFound);
    }

    assertThat(registry.requests).hasSize(1);
  }

  @Test
  void asksForTheIdAsUnsigned() {
    assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.byId(-1));

    assertThat(registry.requests.getFirst().path()).isEqualTo("/schemas/ids/4294967295");
  }

  @Test
  void givesUpWhenNobodyListens() throws IOException {
    SchemaRegistryClient lost = new SchemaRegistryClient(freeAddress(), Duration.ofMillis(300));

    assertThatExceptionOfType(RegistryException.Unavailable.class)
        .isThrownBy(() -> lost.byId(1))
        .withMessageContaining("is away");
  }

  @Test
  void givesUpInTimeOnASilentPeer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      SchemaRegistryClient stuck = new SchemaRegistryClient(url, Duration.ofMillis(400));

      long start = System.nanoTime();
      assertThatExceptionOfType(RegistryException.Unavailable.class)
          .isThrownBy(() -> stuck.byId(1));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  @Timeout(10)
  void givesUpInTimeOnAnAnswerThatStopsAfterItsHead() {
    int id = registry.add(SCHEMA.toString());
    for (int i = 0; i < 8; i++) {
      registry.stallNext();
    }
    SchemaRegistryClient stuck = new SchemaRegistryClient(registry.url(), Duration.ofMillis(400));

    assertThatExceptionOfType(RegistryException.Unavailable.class)
        .isThrownBy(() -> stuck.byId(id))
        .withMessageContaining("no whole answer in time");
  }

  @Test
  @Timeout(10)
  void asksAgainWhenAnAnswerStopsAfterItsHead() {
    int id = registry.add(SCHEMA.toString());
    registry.stallNext();
    SchemaRegistryClient patient = new SchemaRegistryClient(registry.url(), Duration.ofSeconds(2));

    assertThat(patient.byId(id)).isEqualTo(SCHEMA);
  }

  @Test
  void recoversOnceTheRegistryIsBack() {
    registry.add(SCHEMA.toString());
    for (int i = 0; i < 3; i++) {
      registry.answerNext(503, "");
    }
    SchemaRegistryClient hasty = new SchemaRegistryClient(registry.url(), Duration.ofMillis(60));
    assertThatExceptionOfType(RegistryException.Unavailable.class).isThrownBy(() -> hasty.byId(1));

    assertThat(client.byId(1)).isEqualTo(SCHEMA);
  }

  @Test
  void namesAServerThatIsNoRegistry() {
    registry.answerNext(200, "<html>hello</html>");

    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.register("t-value", SCHEMA))
        .withMessageContaining("is it a registry?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | {"error_code":401,"message":"no such user"}
          403 | <html>forbidden</html>
          404 | default backend - 404
          404 | {"message":"no route"}
          404 | {"error_code":404,"message":"HTTP 404 Not Found"}
          302 | {}
          200 | <html>sign in</html>
          200 | {}
          """)
  void anAnswerThatIsNotTheRegistrysLeavesAnIdOpen(int status, String body) {
    int id = registry.add(SCHEMA.toString());
    registry.answerNext(status, body);

    assertThatExceptionOfType(RegistryException.Unavailable.class)
        .isThrownBy(() -> client.byId(id));

    assertThat(client.byId(id)).isEqualTo(SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(ints = {40401, 40402, 40403})
  void theRegistrysOwnCodesSayThatAnIdIsUnknown(int code) {
    registry.answerNext(404, "{\"error_code\":%d,\"message\":\"not found\"}".formatted(code));

    assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.byId(1));
  }

  @Test
  void aProxysNotFoundIsNoNewSubject() {
    registry.answerNext(404, "default backend - 404");
    registry.answerNext(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");

    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.latest("t-value"));
    assertThat(client.latest("t-value")).isEmpty();
  }

  @Test
  void refusesSchemasOfOtherKinds() {
    registry.answerNext(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message M {}\"}");

    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> client.byId(1))
        .withMessageContaining("not an Avro schema");
  }

  @Test
  void sendsUserInfoAsBasicAuthentication() {
    URI url = URI.create(registry.url().toString().replace("http://", "http://ann:s%3Ac@"));

    new SchemaRegistryClient(url, TIMEOUT).register("t-value", SCHEMA);

    assertThat(registry.requests.getFirst().authorization()).isEqualTo("Basic YW5uOnM6Yw==");
  }

  @Test
  void asksOverTlsWhomItsOwnStoreTrusts(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("registry.p12");
    SSLContext server = new TlsSettings("", "", keyFor127(store), "changeit").context();
    try (LittleRegistry secured = new LittleRegistry(server)) {
      var trusted = new TlsSettings(store.toString(), "changeit", "", "");
      var login = new LoginSettings("ann", "s:c", "");
      var settings = new RegistrySettings(secured.url().toString(), TIMEOUT, login, trusted);

      int id = new SchemaRegistryClient(settings).register("t-value", SCHEMA);

      assertThat(id).isEqualTo(1);
      assertThat(secured.requests.getFirst().authorization()).isEqualTo("Basic YW5uOnM6Yw==");
      assertThatExceptionOfType(RegistryException.Unavailable.class)
          .isThrownBy(
              () ->
                  new SchemaRegistryClient(secured.url(), Duration.ofMillis(200))
                      .register("t-value", SCHEMA));
    }
  }

  private static String keyFor127(Path store) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String options =
        " -genkeypair -storetype PKCS12 -storepass changeit -alias registry -keyalg EC"
            + " -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -keystore ";
    Process made = new ProcessBuilder((keytool + options + store).split(" ")).start();
    assertThat(made.waitFor()).isZero();
    return store.toString();
  }

  @Test
  void refusesOtherProtocols() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SchemaRegistryClient(URI.create("registry:8081"), TIMEOUT));
  }

  @Test
  void setsTheRuleAndRegistersEverySubject() {
    Topics topics = new Topics("x.");

    SchemaSetup.register(client, topics);

    assertThat(registry.requests)
        .filteredOn(request -> request.method().equals("PUT"))
        .allMatch(request -> request.body().contains("FULL_TRANSITIVE"))
        .extracting(LittleRegistry.Request::path)
        .containsExactlyElementsOf(
            topics.subjects().keySet().stream().map(subject -> "/config/" + subject).toList());
  }

  @Test
  void setsTheRuleAfterwardsWhereTheSubjectMustExistFirst() {
    registry.answerNext(404, "{\"message\":\"no such subject\"}");

    SchemaSetup.register(client, new Topics("x."));

    assertThat(registry.requests)
        .extracting(request -> request.method() + " " + request.path())
        .startsWith(
            "PUT /config/x.interaction-events-value",
            "POST /subjects/x.interaction-events-value/versions",
            "PUT /config/x.interaction-events-value");
  }

  private static URI freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}
