package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.client.BotReply;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import dev.attune.local.stack.StackSettings;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * {@code ./attune features backfill} on a running stack: killed amid the recount, run again, and
 * switched, while somebody asks for replies all the time. Two minutes, so only in the long tests.
 */
@Timeout(600)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class FeatureSwitchIT {
  private static final int USERS = 200;
  private static final int VISITS = 80;
  private static final String NEW_FEATURE = "size_pages_7d";

  @TempDir private Path folder;

  @Test
  void aSwitchLosesNoReplyNoArmAndNoCount() throws Exception {
    Path playbook = PlaybookCopy.in(folder, Checkout.find().root().resolve("playbooks/support"));
    try (RunningStack stack = RunningStack.start("switch-stack", playbook)) {
      history(stack);
      Map<String, String> arms = arms(stack);
      change(playbook);
      stack.train();
      Eventually.holds(
          "new users go to the treatment", () -> "treatment".equals(arm(stack, "new-1")));
      assertThat(arms(stack, arms)).isEqualTo(arms);
      long responses = pid(stack, Part.RESPONSES);
      long streams = pid(stack, Part.STREAMS);

      killedAmidTheRecount(stack);
      assertThat(pid(stack, Part.STREAMS)).isEqualTo(streams);
      assertThat(Users.feature(stack.settings(), user(1), NEW_FEATURE)).isNaN();
      try (var asking = new Asking(stack.settings())) {
        switched(stack);
        asking.assertAlwaysAnswered();
      }

      assertThat(pid(stack, Part.RESPONSES)).isEqualTo(responses);
      assertThat(pid(stack, Part.STREAMS)).isNotEqualTo(streams);
      Eventually.holds("every user has the new feature", () -> counted(stack));
      assertThat(arms(stack, arms)).isEqualTo(arms);
    }
  }

  private static void history(RunningStack stack) {
    for (int visit = 0; visit < VISITS; visit++) {
      var events = new ArrayList<String>();
      for (int user = 0; user < USERS; user++) {
        events.add(Events.pageViewed(user(user), "/help/sizes"));
      }
      assertThat(stack.gateway.send(events).accepted()).isEqualTo(USERS);
    }
  }

  /** The arms of some users, kept in their state by now. */
  private static Map<String, String> arms(RunningStack stack) {
    var arms = new HashMap<String, String>();
    for (int i = 0; i < 16; i++) {
      String user = user(i);
      Eventually.holds("an arm of " + user, () -> arm(stack, user) != null);
      arms.put(user, Objects.requireNonNull(arm(stack, user)));
    }
    assertThat(arms).containsValue("control");
    // an event more, so that predictions carry the arms
    Eventually.holds(
        "arms are kept",
        () -> {
          arms.keySet().forEach(user -> stack.gateway.send(List.of(Events.clicked(user, "a"))));
          return arms.keySet().stream().allMatch(user -> isKept(stack, user));
        });
    return arms;
  }

  private static boolean isKept(RunningStack stack, String user) {
    try (var redis = new Jedis(URI.create(stack.settings().redisUri()))) {
      Object newest =
          redis.sendCommand(
              Protocol.Command.XREVRANGE, PredictionKey.of(user), "+", "-", "COUNT", "1");
      List<?> entry = (List<?>) ((List<?>) newest).getFirst();
      byte[] stored = (byte[]) ((List<?>) entry.get(1)).get(1);
      return SingleObject.read(stored, StoredPrediction.getDecoder())
          .getArms()
          .containsKey("personalized-greeting");
    }
  }

  private static Map<String, String> arms(RunningStack stack, Map<String, String> of) {
    var arms = new HashMap<String, String>();
    of.keySet().forEach(user -> arms.put(user, String.valueOf(arm(stack, user))));
    return arms;
  }

  private static @Nullable String arm(RunningStack stack, String user) {
    BotReply reply =
        stack.responses.ask(new Question(user, user + "-s", "greeting", "en-US", null, 0));
    return "personalized-greeting".equals(reply.experiment()) ? reply.variant() : null;
  }

  /** A feature more; and nobody would come to the control group any more. */
  private static void change(Path playbook) throws IOException {
    Path experiments = playbook.resolve("experiments.yaml");
    String text = Files.readString(experiments);
    String changed =
        text.replaceFirst("weight: 0.5", "weight: 0.0001")
            .replaceFirst("weight: 0.5", "weight: 0.9999");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(experiments, changed);
    Path features = playbook.resolve("features.yaml");
    Files.writeString(
        features,
        Files.readString(features)
            + "  "
            + NEW_FEATURE
            + ":\n    count: page_viewed where page.startsWith(\"/help/sizes\")\n"
            + "    window: 7d\n");
  }

  /** Command and recount end as if the machine had lost its power. */
  private void killedAmidTheRecount(RunningStack stack) throws Exception {
    Path out = folder.resolve("killed.out");
    Process command = backfill(stack, out);
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.settings().bootstrapServers()))) {
      Eventually.holds("something is recounted", () -> recounted(admin) > 0 || !command.isAlive());
    }
    assertThat(command.isAlive()).as(() -> AttuneCommand.said(out)).isTrue();
    command.destroyForcibly().waitFor();
    Path pid = stack.settings().home().resolve("run/backfill.pid");
    long recount = Long.parseLong(Files.readString(pid).lines().findFirst().orElseThrow().strip());
    ProcessHandle.of(recount).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static long recounted(Admin admin) throws Exception {
    for (var group : admin.listGroups().all().get()) {
      if (group.groupId().startsWith("attune-features-")) {
        return admin
            .listConsumerGroupOffsets(group.groupId())
            .partitionsToOffsetAndMetadata()
            .get()
            .values()
            .stream()
            .mapToLong(offset -> offset == null ? 0 : offset.offset())
            .sum();
      }
    }
    return 0;
  }

  private void switched(RunningStack stack) throws Exception {
    Path out = folder.resolve("switched.out");
    Process command = backfill(stack, out);
    assertThat(command.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).as(() -> AttuneCommand.said(out)).isZero();
    assertThat(AttuneCommand.said(out))
        .contains("Switched from attune-feature-streams to attune-features-");
    String live =
        new ModelRegistry(stack.settings().models().resolve("support"))
            .live()
            .orElseThrow()
            .version();
    assertThat(
            RawTopic.values(
                stack.settings().bootstrapServers(), Topics.standard().modelSteps(), live))
        .as("that the backfill made it live is recorded")
        .anyMatch(step -> new String(step, StandardCharsets.UTF_8).contains("now with the feat"));
  }

  private static Process backfill(RunningStack stack, Path out) throws IOException {
    return AttuneCommand.begin(stack.settings(), out, "features", "backfill");
  }

  private static boolean counted(RunningStack stack) {
    return IntStream.of(1, USERS / 2, USERS - 1)
        .allMatch(i -> Users.feature(stack.settings(), user(i), NEW_FEATURE) == VISITS);
  }

  private static long pid(RunningStack stack, Part part) {
    Optional<PartStatus> status =
        stack.local().status().stream().filter(s -> s.part() == part).findFirst();
    return Objects.requireNonNull(status.orElseThrow().pid());
  }

  private static String user(int number) {
    return "switch-" + number;
  }

  /** Somebody who wants a reply every 50 ms and gives up at the first refusal. */
  private static final class Asking implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final AtomicInteger answered = new AtomicInteger();
    private final List<String> failures = new ArrayList<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean on = true;

    Asking(StackSettings settings) {
      request =
          HttpRequest.newBuilder(URI.create(settings.responsesUrl() + "/v1/responses"))
              .header("Authorization", "Bearer " + LocalKeys.SECRET)
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"userId\":\"%s\",\"slot\":\"greeting\"}".formatted(user(1))))
              .build();
      thread.start();
    }

    private void run() {
      while (on) {
        try {
          HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            answered.incrementAndGet();
          } else {
            failures.add(response.body());
          }
          Thread.sleep(50);
        } catch (IOException e) {
          failures.add(e.toString());
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    void assertAlwaysAnswered() throws InterruptedException {
      on = false;
      thread.join();
      assertThat(failures).isEmpty();
      assertThat(answered).hasValueGreaterThan(20);
    }

    @Override
    public void close() {
      on = false;
      http.close();
    }
  }
}
