package dev.attune.modelstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.VersionTakenException;
import dev.attune.local.infra.StorageServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The registry in a bucket, on a real server. */
class S3StorageIT {
  private static final String BUCKET = "models";
  private static final String LOCATION = "s3://" + BUCKET + "/production/attune/";

  @TempDir private Path dir;
  private StorageServer server;
  private ModelRegistry registry;
  private int caches;

  @BeforeEach
  void start() throws Exception {
    server = new StorageServer(Files.createDirectory(dir.resolve("buckets")), BUCKET);
    registry = elsewhere();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aFreshBucketHasNothing() throws Exception {
    assertThat(registry.versions()).isEmpty();
    assertThat(registry.assignment()).isEmpty();
    assertThatThrownBy(() -> registry.published("1"))
        .hasMessage("There is no version 1 in s3://models/production/attune/support.");
  }

  @Test
  void whatOneProcessPublishesAndPromotesAnotherServes() throws Exception {
    publish("1", "first");
    publish("2", "second");
    registry.promote("1");
    registry.promote("2");

    ModelRegistry other = elsewhere();

    assertThat(other.versions())
        .containsExactly(new ModelRegistry.Entry("1", false), new ModelRegistry.Entry("2", true));
    assertThat(other.live()).contains(new ModelRegistry.Live("2", 2));
    assertThat(other.published("2").resolve("report.md")).hasContent("second");
    assertThat(other.rollback()).isEqualTo("1");
    assertThat(registry.live()).contains(new ModelRegistry.Live("1", 3));
  }

  @Test
  void aVersionIsPublishedOnce() throws Exception {
    publish("1", "first");

    assertThatThrownBy(() -> publish("1", "again")).hasMessage("Version 1 exists already.");
    assertThat(elsewhere().published("1").resolve("report.md")).hasContent("first");
  }

  @Test
  void refusesWhatDoesNotMatchItsChecksumAndTakesItOnceItDoes() throws Exception {
    publish("1", "first");
    publish("2", "second");
    registry.promote("1");
    overwrite("2/report.md", "changed");
    ModelRegistry other = elsewhere();

    assertThatThrownBy(() -> other.promote("2"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("report.md of version 2 does not match its checksum.");
    assertThat(other.live()).contains(new ModelRegistry.Live("1", 1));

    overwrite("2/report.md", "second");
    other.promote("2");
    assertThat(other.live()).contains(new ModelRegistry.Live("2", 2));
  }

  /** As by whoever cleans temporary folders. */
  @Test
  void aCopyThatLacksAFileIsFetchedAgain() throws Exception {
    publish("1", "first");
    Path copy = elsewhere().published("1");
    Files.delete(copy.resolve("report.md"));
    caches--;

    assertThat(elsewhere().published("1").resolve("report.md")).hasContent("first");
  }

  /** Versions are dates, and buckets of two servers may have one name. */
  @Test
  void copiesOfTwoServersAreApart() throws Exception {
    try (var staging = new StorageServer(Files.createDirectory(dir.resolve("staging")), BUCKET)) {
      publish("1", "production's");
      publish(registry(staging, "cache"), "1", "staging's");

      assertThat(registry(staging, "cache").published("1").resolve("report.md"))
          .hasContent("staging's");
      assertThat(registry(server, "cache").published("1").resolve("report.md"))
          .hasContent("production's");
    }
  }

  @Test
  void aPublicationThatBrokeOffIsNoVersion() throws Exception {
    overwrite("1/report.md", "half of it");

    assertThat(registry.versions()).isEmpty();
    publish("1", "first");
    assertThat(elsewhere().published("1").resolve("report.md")).hasContent("first");
  }

  /** Both found no manifest; the files of both have the same keys. */
  @Test
  void ofTwoPublicationsAtTheSameTimeOneIsWhole() throws Exception {
    AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
    S3Client interrupted =
        atTheFirstWrite(
            S3Clients.create(server.endpoint()),
            "/1/report.md",
            write -> {
              try {
                publish("1", "first");
              } catch (ModelException e) {
                refused.set(e);
              }
              return write.run();
            });

    publish(slow(interrupted), "1", "second");

    assertThat(refused.get())
        .isInstanceOf(VersionTakenException.class)
        .hasMessageStartingWith("Version 1 is being published by another process");
    assertThat(elsewhere().published("1").resolve("report.md")).hasContent("second");
    assertThatThrownBy(() -> publish("1", "third")).isInstanceOf(VersionTakenException.class);
  }

  @Test
  void ofTwoChangesAtTheSameTimeNoneIsLost() throws Exception {
    publish("1", "first");
    publish("2", "second");
    registry.promote("1");
    ModelRegistry other = elsewhere();
    S3Client interrupted = beforeTheFirstWrite(() -> other.canary("2", 0.25));

    slow(interrupted).promote("2");

    // the canary came first, and the promotion ended it; had it been lost, this were revision 2
    assertThat(registry.live()).contains(new ModelRegistry.Live("2", 3));
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
  }

  @Test
  void ofTwoFirstPromotionsOneIsTheFirst() throws Exception {
    publish("1", "first");
    publish("2", "second");
    S3Client interrupted = beforeTheFirstWrite(() -> registry.promote("2"));

    slow(interrupted).promote("1");

    assertThat(registry.live()).contains(new ModelRegistry.Live("1", 2));
    assertThat(registry.rollback()).isEqualTo("2");
  }

  /** A storage may refuse before it has read what is written, and close. */
  @Test
  void whoseRefusalIsLostLearnsThatAnotherWasFirst() throws Exception {
    publish("1", "first");
    publish("2", "second");
    S3Client broken =
        atTheFirstWrite(
            S3Clients.create(server.endpoint()),
            write -> {
              registry.promote("2");
              throw SdkClientException.create("Error writing request body to server");
            });

    slow(broken).promote("1");

    assertThat(registry.live()).contains(new ModelRegistry.Live("1", 2));
  }

  /** The client tries again by itself; its second attempt is refused since its first succeeded. */
  @Test
  void aRollbackWhoseAnswerIsLostIsDoneOnce() throws Exception {
    for (String version : List.of("1", "2", "3")) {
      publish(version, version);
      registry.promote(version);
    }
    S3Client broken =
        atTheFirstWrite(
            S3Clients.create(server.endpoint()),
            write -> {
              var unused = write.run();
              return write.run();
            });

    assertThat(slow(broken).rollback()).isEqualTo("2");

    assertThat(registry.live()).contains(new ModelRegistry.Live("2", 4));
  }

  @Test
  void aWriteThatNeverArrivedIsAnError() throws Exception {
    publish("1", "first");
    S3Client broken =
        atTheFirstWrite(
            S3Clients.create(server.endpoint()),
            write -> {
              throw SdkClientException.create("Connect timed out");
            });

    assertThatThrownBy(() -> slow(broken).promote("1"))
        .isInstanceOf(ModelException.class)
        .hasStackTraceContaining("Connect timed out");
    assertThat(registry.live()).isEmpty();
  }

  private interface Change {
    void run() throws ModelException;
  }

  private ModelRegistry slow(S3Client client) {
    return new ModelRegistry(
        new S3Storage(
            client, new S3Place(BUCKET, "production/attune/support"), dir.resolve("slow")),
        BundleKeys.NONE);
  }

  /** Somebody else's change falls between what this client reads and what it writes. */
  private S3Client beforeTheFirstWrite(Change change) {
    return atTheFirstWrite(
        S3Clients.create(server.endpoint()),
        write -> {
          change.run();
          return write.run();
        });
  }

  private interface Write {
    Object run() throws Throwable;
  }

  private interface Instead {
    Object of(Write write) throws Throwable;
  }

  private S3Client atTheFirstWrite(S3Client client, Instead instead) {
    return atTheFirstWrite(client, "", instead);
  }

  /**
   * @param key what is written, by the end of its key
   */
  private S3Client atTheFirstWrite(S3Client client, String key, Instead instead) {
    var due = new AtomicBoolean(true);
    return (S3Client)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {S3Client.class},
            (proxy, method, arguments) -> {
              Write call =
                  () -> {
                    try {
                      return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  };
              boolean writes =
                  method.getName().equals("putObject") && key(arguments[0]).endsWith(key);
              return writes && due.getAndSet(false) ? instead.of(call) : call.run();
            });
  }

  /** Of what the client is asked to write. */
  @SuppressWarnings("unchecked")
  private static String key(Object request) {
    return request instanceof Consumer<?> filled
        ? PutObjectRequest.builder()
            .applyMutation((Consumer<PutObjectRequest.Builder>) filled)
            .build()
            .key()
        : ((PutObjectRequest) request).key();
  }

  @Test
  void withoutTheStorageWhatWasFetchedCanStillBeRead() throws Exception {
    publish("1", "first");
    registry.promote("1");
    ModelRegistry other = elsewhere();
    Path fetched = other.published("1");
    server.close();

    assertThatThrownBy(other::assignment)
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Which model is live can't be read from s3://models/production/attune/support.");
    assertThat(other.published("1")).isEqualTo(fetched);
    assertThatThrownBy(() -> other.published("2")).hasMessageContaining("can't be fetched");
  }

  @Test
  void aSignatureGoesAlongAndUnsignedVersionsDont() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String mine = pem("PRIVATE KEY", pair.getPrivate());
    String trusted = pem("PUBLIC KEY", pair.getPublic());
    publish("1", "unsigned");
    publish(elsewhere(BundleKeys.read(mine, null)), "2", "signed");

    ModelRegistry careful = elsewhere(BundleKeys.read(null, trusted));

    assertThat(careful.published("2").resolve("report.md")).hasContent("signed");
    assertThatThrownBy(() -> careful.promote("1")).hasMessage("Version 1 is not signed.");
  }

  private static String pem(String label, Key key) {
    String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, text, label);
  }

  @Test
  void aLocationNeedsABucket() {
    assertThatThrownBy(() -> ModelStores.registry("s3:///attune", "support", null, BundleKeys.NONE))
        .hasMessage("s3:///attune names no bucket; a registry is at s3://bucket/prefix");
  }

  /** As another process would see it: with a cache of its own. */
  private ModelRegistry elsewhere() {
    return elsewhere(BundleKeys.NONE);
  }

  private ModelRegistry elsewhere(BundleKeys keys) {
    return new ModelRegistry(
        ModelStores.storage(
            LOCATION, "support", server.endpoint(), dir.resolve("cache-" + caches++)),
        keys);
  }

  private ModelRegistry registry(StorageServer of, String cache) {
    return new ModelRegistry(
        ModelStores.storage(LOCATION, "support", of.endpoint(), dir.resolve(cache)),
        BundleKeys.NONE);
  }

  private void publish(String version, String report) throws Exception {
    publish(registry, version, report);
  }

  private static void publish(ModelRegistry registry, String version, String report)
      throws Exception {
    Path staged = registry.stage();
    Files.writeString(staged.resolve("report.md"), report);
    var unused = BundleFiles.seal(staged, manifest(version));
    var unusedPath = registry.publish(staged, version);
  }

  /** A model that is served elsewhere: what is in the bundle is not the matter here. */
  private static ModelManifest manifest(String version) {
    return ModelManifest.builder("intent", version)
        .playbook("support")
        .columns("features", List.of(new Encoding.Number("clicks", 0)))
        .labels(List.of("order", "refund"))
        .remote(new ModelManifest.Remote("127.0.0.1:1", "intent", null, false, 0, null, null, null))
        .build();
  }

  private void overwrite(String file, String content) {
    try (S3Client client = S3Clients.create(server.endpoint())) {
      var unused =
          client.putObject(
              request -> request.bucket(BUCKET).key("production/attune/support/" + file),
              RequestBody.fromBytes(content.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
