package dev.attune.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RowScores;
import dev.attune.inference.JvmTrust;
import dev.attune.inference.TestModels;
import dev.attune.predictions.Certificates;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model on a server of the protocol that is not ours. */
class RemoteModelTest {
  private static final int TIMEOUT_MILLIS = 500;

  @TempDir private Path models;
  private ModelRegistry registry;
  private OtherServer server;

  @BeforeEach
  void start() throws Exception {
    registry = new ModelRegistry(models);
    server = new OtherServer(TestModels.LABELS.size(), 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void scoresRowsThatAreEncodedHere() throws Exception {
    try (ServedModel model = load(null)) {
      List<RowScores> scored =
          model.score(List.of(TestModels.row(2), TestModels.row(0), TestModels.row(1)));

      assertThat(scored)
          .extracting(RowScores::probabilities)
          .containsExactly(new float[] {0, 0, 1}, new float[] {1, 0, 0}, new float[] {0, 1, 0});
      assertThat(model.version()).isEqualTo("theirs.1");
    }
  }

  @Test
  void aServerThatDoesNotAnswerCostsItsTimeoutOnly() throws Exception {
    try (ServedModel model = load(null)) {
      server.answerNever();

      long start = System.nanoTime();
      assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
          .isInstanceOf(ModelUnavailableException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(TIMEOUT_MILLIS - 50), Duration.ofMillis(4_000));
    }
  }

  @Test
  void aDeadServerRestsAndIsTriedAgain() throws Exception {
    try (ServedModel model = load(null)) {
      server.refuse(Status.UNAVAILABLE);
      int before = server.calls.get();

      for (int i = 0; i < 50; i++) {
        assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
            .isInstanceOf(ModelUnavailableException.class);
      }

      assertThat(server.calls.get() - before).isBetween(3, 5);
      server.answerRight();
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreException(ModelUnavailableException.class)
          .untilAsserted(() -> assertThat(model.score(List.of(TestModels.row(0)))).hasSize(1));
    }
  }

  /** Whatever it is asked: as a failure of each row it would empty everybody's prediction. */
  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND", "UNIMPLEMENTED"})
  void aServerThatRefusesEverythingIsUnavailable(Status.Code code) throws Exception {
    try (ServedModel model = load(null)) {
      server.refuse(code.toStatus());

      assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
          .isInstanceOf(ModelUnavailableException.class)
          .hasMessageContaining(code.name());
    }
  }

  @Test
  void aServerThatIsGoneIsUnavailable() throws Exception {
    try (ServedModel model = load(null)) {
      server.close();

      assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
          .isInstanceOf(ModelUnavailableException.class);
    }
  }

  @Test
  void whatIsNoAnswerIsAFailureOfTheModel() throws Exception {
    try (ServedModel model = load(null)) {
      server.answerTooLittle();
      assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 numbers for 1 rows of 3");

      server.refuse(Status.INVALID_ARGUMENT);
      assertThatThrownBy(() -> model.score(List.of(TestModels.row(0))))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aServerThatFailsTheSelfCheckGetsNoSlot() {
    server.answer(Float.NaN);
    assertThatThrownBy(() -> load(null))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no number");

    server.answerTooLittle();
    assertThatThrownBy(
            () ->
                new ModelLoader(registry, TestModels.ENCODERS, RemoteSecret.NONE).load("theirs.1"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("self-check");

    server.close();
    assertThatThrownBy(
            () ->
                new ModelLoader(registry, TestModels.ENCODERS, RemoteSecret.NONE).load("theirs.1"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("UNAVAILABLE");
  }

  @Test
  void itsFallbackIsALocalVersion() throws Exception {
    var unused = TestModels.publish(registry, "ours.1", 3);
    server.answerNever();

    try (ServedModel model = load("ours.1")) {
      ServedModel fallback = Objects.requireNonNull(model.at(7).fallback());

      assertThat(fallback.version()).isEqualTo("ours.1");
      assertThat(fallback.revision()).isEqualTo(7);
    }
  }

  @Test
  void aFallbackThatIsRemoteItselfIsRefused() throws Exception {
    TestModels.publishRemote(registry, "theirs.2", remote(null));

    assertThatThrownBy(() -> load("theirs.2")).hasMessageContaining("must be a local version");
  }

  /** The manifest names the server; who may write manifests could have the secret sent anywhere. */
  @Test
  void aServerThatIsNotListedIsShownNothing() throws Exception {
    TestModels.publishRemote(registry, "theirs.3", remote(server, false));

    try (ServedModel model = load("theirs.3", List.of("127.0.0.1:1"))) {
      assertThat(model.score(List.of(TestModels.row(0)))).hasSize(1);
    }

    assertThat(server.shown()).isNotEmpty().containsOnly("nothing");
  }

  @Test
  void aListedServerIsShownTheSecretOverTlsOnly() throws Exception {
    TestModels.publishRemote(registry, "plain.1", remote(server, false));
    assertThatThrownBy(() -> load("plain.1", List.of("127.0.0.1:" + server.port())))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("must ask for TLS");
    assertThat(server.shown()).isEmpty();

    Certificates own = Certificates.make(models, "server");
    try (var trust = JvmTrust.of(own);
        var safe = new OtherServer(TestModels.LABELS.size(), own)) {
      TestModels.publishRemote(registry, "safe.1", remote(safe, true));
      load("safe.1", List.of("127.0.0.1:" + safe.port())).close();

      assertThat(safe.shown()).isNotEmpty().containsOnly("Bearer a secret of the test");
    }
  }

  private ServedModel load(String version, List<String> targets) throws Exception {
    var secret = new RemoteSecret("a secret of the test", targets);
    return new ModelLoader(registry, TestModels.ENCODERS, secret).load(version);
  }

  private Remote remote(@Nullable String fallback) {
    return remote(server, false, fallback);
  }

  private static Remote remote(OtherServer server, boolean tls) {
    return remote(server, tls, null);
  }

  private static Remote remote(OtherServer server, boolean tls, @Nullable String fallback) {
    return new Remote(
        "127.0.0.1:" + server.port(),
        "theirs",
        null,
        tls,
        TIMEOUT_MILLIS,
        OtherServer.INPUT,
        OtherServer.OUTPUT,
        fallback);
  }

  private ServedModel load(@Nullable String fallback) throws Exception {
    TestModels.publishRemote(registry, "theirs.1", remote(fallback));
    return new ModelLoader(registry, TestModels.ENCODERS, RemoteSecret.NONE).load("theirs.1");
  }
}
