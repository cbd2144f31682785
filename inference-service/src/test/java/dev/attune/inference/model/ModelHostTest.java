package dev.attune.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelStorage;
import dev.attune.inference.TestModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class ModelHostTest {
  @TempDir Path models;
  private ModelRegistry registry;
  private ModelHost host;

  @BeforeEach
  void create() {
    registry = settings().registry();
    host = host(registry);
  }

  private ModelSettings settings() {
    return new ModelSettings(
        models.toString(),
        null,
        Path.of("support"),
        Duration.ofSeconds(1),
        Duration.ofMillis(1),
        null,
        List.of(),
        null);
  }

  private ModelHost host(ModelRegistry of) {
    return new ModelHost(
        of, TestModels.ENCODERS, settings(), InstantSource.system(), new SimpleMeterRegistry());
  }

  @Test
  void servesNothingWithoutAModel() {
    host.refresh();

    assertThat(host.get().live()).isNull();
    assertThat(host.failures()).isEmpty();
  }

  @Test
  void followsPromotionsAndRollbacks() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    host.refresh();
    assertThat(live().version()).isEqualTo("1");

    registry.promote("2");
    host.refresh();
    assertThat(live().version()).isEqualTo("2");

    long revision = live().revision();
    var unused = registry.rollback();
    host.refresh();
    assertThat(live().version()).isEqualTo("1");
    assertThat(live().revision()).isGreaterThan(revision);
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void isReadyWithAModelThatScoredItsStoredRequests(CapturedOutput log) throws Exception {
    publish("1");
    registry.promote("1");

    host.start();

    // as soon as it has started, without waiting for its next look at the registry
    assertThat(live().version()).isEqualTo("1");
    host.stop();
    Matcher warm =
        Pattern.compile(
                "Model 1 is warm: (\\d+) stored requests scored(?s:.*)Models serve: live 1 ")
            .matcher(log.getOut());
    assertThat(warm.find()).isTrue();
    assertThat(Integer.parseInt(warm.group(1))).isGreaterThan(100);
  }

  @Test
  void aTruncatedModelNeverReplacesAGoodOne() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    host.refresh();
    registry.promote("2");
    byte[] whole = Files.readAllBytes(model("2"));

    Files.write(model("2"), Arrays.copyOf(whole, whole.length / 2));
    long revision = live().revision();
    host.refresh();

    assertThat(live().version()).isEqualTo("1");
    // with the next one its scores could not be replaced by those of version 2
    assertThat(live().revision()).isEqualTo(revision);
    assertThat(host.failures().getFirst().version()).isEqualTo("2");
    assertThat(host.failures().getFirst().reason()).contains("checksum");

    Files.write(model("2"), whole);
    await()
        .untilAsserted(
            () -> {
              host.refresh();
              assertThat(live().version()).isEqualTo("2");
            });
    assertThat(live().revision()).isGreaterThan(revision);
    assertThat(host.failures()).isEmpty();
  }

  /** Made to harm whoever reads it, in a bundle that is sealed as any other. */
  @ParameterizedTest
  @ValueSource(strings = {"nested without an end", "more classes than memory"})
  void aHostileModelNeverReplacesAGoodOne(String kind) throws Exception {
    publish("1");
    String json =
        new String(
            TestModels.publish(registry, "2", 3).toByteArray("json"), StandardCharsets.UTF_8);
    registry.promote("1");
    host.refresh();
    registry.promote("2");
    long revision = live().revision();
    String hostile =
        kind.startsWith("nested")
            ? "{L" + "[".repeat(2_000_000)
            : json.replaceFirst("\"num_class\":\"\\d+\"", "\"num_class\":\"2000000000\"");
    assertThat(hostile).isNotEqualTo(json);

    Files.writeString(model("2"), hostile);
    Path bundle = registry.published("2");
    var sealed = BundleFiles.seal(bundle, BundleFiles.manifest(bundle));
    host.refresh();

    assertThat(sealed.checksums()).containsKey(BundleFiles.MODEL);
    assertThat(live().version()).isEqualTo("1");
    assertThat(live().revision()).isEqualTo(revision);
    assertThat(host.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.version()).isEqualTo("2");
              assertThat(failure.reason()).doesNotContain("checksum").endsWith(".");
            });

    // and the thread that looks goes on
    publish("3");
    registry.promote("3");
    host.refresh();
    assertThat(live().version()).isEqualTo("3");
  }

  /** As from a loader that is not careful enough. */
  @ParameterizedTest
  @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class})
  void anErrorOfALoaderIsARefusal(Class<? extends Error> kind) throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    Error error = kind.getConstructor(String.class).newInstance("as if by a model");
    var looking = host(new ModelRegistry(failing("2", error), BundleKeys.NONE));
    looking.refresh();

    registry.promote("2");
    looking.refresh();

    assertThat(Objects.requireNonNull(looking.get().live()).version()).isEqualTo("1");
    assertThat(looking.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("as if by a model"));
  }

  /** As from a client of a bucket that throws what it does not declare. */
  @Test
  void aFailureThatNobodyForesawIsOneOfTheRegistry() {
    var storage =
        (ModelStorage)
            Proxy.newProxyInstance(
                ModelStorage.class.getClassLoader(),
                new Class<?>[] {ModelStorage.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("Connection pool shut down");
                });
    var looking = host(new ModelRegistry(storage, BundleKeys.NONE));

    looking.refresh();

    assertThat(looking.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("Connection pool shut down"));
  }

  /** The same files, but whoever fetches this version gets an error. */
  private ModelStorage failing(String version, Error error) {
    Path folder = models.resolve("support");
    return (ModelStorage)
        Proxy.newProxyInstance(
            ModelStorage.class.getClassLoader(),
            new Class<?>[] {ModelStorage.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "place" -> "here";
                  case "state" -> Files.readAllBytes(folder.resolve("live.json"));
                  case "fetch" -> {
                    if (version.equals(arguments[0])) {
                      throw error;
                    }
                    yield folder.resolve((String) arguments[0]);
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void aRegistryThatHasLostItsStateChangesNothing() throws Exception {
    publish("1");
    registry.promote("1");
    host.refresh();

    Files.delete(models.resolve("support/live.json"));
    host.refresh();

    assertThat(live().version()).isEqualTo("1");
    assertThat(host.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).contains("no longer names"));
  }

  @Test
  void anUnreadableRegistryChangesNothing() throws Exception {
    publish("1");
    registry.promote("1");
    host.refresh();

    Files.writeString(models.resolve("support/live.json"), "{");
    host.refresh();

    assertThat(live().version()).isEqualTo("1");
    assertThat(host.failures()).hasSize(1);
  }

  @Test
  void aCanaryScoresItsShareOfTheUsers() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.canary("2", 0.1);
    host.refresh();

    ModelSlots slots = host.get();
    List<String> users = IntStream.range(0, 10_000).mapToObj(i -> "u-" + i).toList();
    List<String> chosen = users.stream().filter(u -> scorer(slots, u).equals("2")).toList();
    assertThat(chosen).hasSizeBetween(900, 1_100);

    registry.canary("2", 0.3);
    host.refresh();
    ModelSlots grown = host.get();
    assertThat(chosen).allMatch(user -> scorer(grown, user).equals("2"));
    assertThat(live().revision()).isEqualTo(7);

    var unused = registry.rollback();
    host.refresh();
    assertThat(users).allMatch(user -> scorer(host.get(), user).equals("1"));
  }

  @Test
  void aShadowScoresNobody() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.shadow("2");
    host.refresh();

    ModelSlots slots = host.get();
    assertThat(Objects.requireNonNull(slots.shadow()).version()).isEqualTo("2");
    assertThat(scorer(slots, "u-1")).isEqualTo("1");
    assertThat(slots.find("intent", "2")).isPresent();
    assertThat(slots.find("intent", "").orElseThrow().version()).isEqualTo("1");
  }

  @Test
  void aBadCanaryLeavesEverybodyToTheLiveModel() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.canary("2", 0.5);
    byte[] whole = Files.readAllBytes(model("2"));

    Files.write(model("2"), Arrays.copyOf(whole, whole.length / 2));
    host.refresh();

    assertThat(host.get().canary()).isNull();
    assertThat(live().version()).isEqualTo("1");
    assertThat(host.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.slot()).isEqualTo(ModelHost.Slot.CANARY);
              assertThat(failure.version()).isEqualTo("2");
              assertThat(failure.reason()).contains("checksum");
            });
    long standIn = live().revision();

    Files.write(model("2"), whole);
    await()
        .untilAsserted(
            () -> {
              host.refresh();
              assertThat(host.get().canary()).isNotNull();
            });
    assertThat(live().revision()).as("everybody is scored again").isGreaterThan(standIn);
  }

  private static String scorer(ModelSlots slots, String user) {
    return Objects.requireNonNull(slots.forUser(user)).version();
  }

  private void publish(String version) throws Exception {
    var unused = TestModels.publish(registry, version, 3);
  }

  private Path model(String version) throws ModelException {
    return registry.published(version).resolve(BundleFiles.MODEL);
  }

  private ServedModel live() {
    return Objects.requireNonNull(host.get().live());
  }
}
