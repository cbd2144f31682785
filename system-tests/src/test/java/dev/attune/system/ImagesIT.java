package dev.attune.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.stack.LocalKeys;
import dev.attune.system.pods.Podman.Ended;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The images that {@code ./attune images} built: an event goes in, a personalized reply comes out.
 */
class ImagesIT {
  /** Options of Java's for what is over soon. */
  private static final String QUICK = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private static final String USER = "in-a-container-";
  private static final String TEXT = "where is my order";

  private static @Nullable ComposedStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = ComposedStack.start(QUICK, 2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    personalReply();
  }

  private static void personalReply() {
    try (var gateway = new GatewayClient(stack().gatewayUrl(), LocalKeys.SECRET);
        var responses = new ResponsesClient(stack().responsesUrl(), LocalKeys.SECRET)) {
      // who is in the control group is told the same as everybody
      for (int i = 0; i < 20; i++) {
        String user = USER + i;
        String token = gateway.send(List.of(Events.messageSent(user, TEXT))).tokens().get(user);
        var answer = responses.ask(new Question(user, user, "reply", "en-US", token, 1000));
        if (answer.personalized()) {
          return;
        }
      }
    }
    throw new AssertionError("no reply was personalized");
  }

  @Test
  void theCommandLineDoesTheChartsJobs() throws Exception {
    Ended listed = stack().containers().run("cli", "models", "list");
    Ended retrained = stack().containers().run("cli", "retrain", "--if-drifted");

    assertThat(listed.status()).as(listed.printed()).isZero();
    assertThat(listed.printed()).containsPattern("(?m)^live");
    assertThat(retrained.status()).as(retrained.printed()).isZero();
    assertThat(retrained.printed()).contains("Nothing has drifted; nothing to do.");
  }

  @Test
  void servicesLogJsonWithoutIdsAndTexts() throws Exception {
    personalReply();
    for (String service : ComposedStack.SERVICES.keySet()) {
      assertThat(stack().containers().logs(ComposedStack.container(service)).lines())
          .as(service)
          // Java's own, about the variable
          .filteredOn(line -> !line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS"))
          .isNotEmpty()
          .allMatch(line -> line.startsWith("{\"@timestamp\":") && line.contains("\"ecs\":"))
          .noneMatch(line -> line.contains(USER) || line.contains(TEXT));
    }
  }

  @Test
  void aServiceRunsFromItsImagesCache() throws Exception {
    for (String service : ComposedStack.SERVICES.keySet()) {
      String container = ComposedStack.container(service);
      String pid = stack().containers().inspectRunning(container, "{{.State.Pid}}");

      ImageCache.assertTaken(service, Long.parseLong(pid));
    }
  }

  @Test
  void gatewayAndResponsesTakeTheBeansOfTheirBuild() throws Exception {
    for (String service : List.of("gateway", "responses")) {
      assertThat(stack().containers().logs(ComposedStack.container(service)))
          .as(service)
          .contains("Starting AOT-processed ");
    }
  }

  @Test
  void imagesNameNoRootAndTheirBase() throws Exception {
    for (String image : stack().images()) {
      assertThat(stack().containers().inspect(image, "{{.Config.User}}")).isEqualTo("10001:10001");
      assertThat(
              stack().containers().inspect(image, "{{index .Labels \"dev.attune.base.debian\"}}"))
          .hasSize(64);
    }
  }

  @Test
  void theBasesChecksumAndPackagesAreRecorded() throws Exception {
    byte[] base = Files.readAllBytes(BuiltImages.ARCHIVES.resolve("base.tar"));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(base));

    assertThat(BuiltImages.ARCHIVES.resolve("base.tar.sha256")).content().isEqualTo(sha256 + "\n");
    assertThat(BuiltImages.ARCHIVES.resolve("base.packages"))
        .content()
        .contains("libc6 ", "libstdc++6 ");
  }

  private static ComposedStack stack() {
    return requireNonNull(stack);
  }
}
