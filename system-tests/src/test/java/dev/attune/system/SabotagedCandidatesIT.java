package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Versions that would do harm are kept from the users by what the running services measure of them,
 * each at its own step, and the version before goes on.
 */
@Timeout(600)
class SabotagedCandidatesIT {
  private static final int USERS = 280;
  private static final double CANARY_SHARE = 0.45;
  private static final int BATCH = 100;

  /** What comes must be scored as it comes. */
  private static final Duration BETWEEN_BATCHES = Duration.ofMillis(250);

  /** It is used up only by a failing test, and builds run on busy machines. */
  private static final Duration LIMIT = Duration.ofMinutes(9);

  @TempDir private static Path folder;
  private static RunningStack stack;
  private static ModelRegistry registry;
  private static String live;

  @BeforeAll
  static void start() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    Path training = playbook.resolve("training.yaml");
    PlaybookCopy.edit(training, "predictions: 1000", "predictions: 200");
    PlaybookCopy.edit(training, "{share: 10%", "{share: 45%");
    PlaybookCopy.edit(training, "watch: 2s", "watch: 5m");
    // what follows a reply must have come before its window closes, on a busy machine too
    Path experiments = playbook.resolve("experiments.yaml");
    PlaybookCopy.edit(experiments, "settle: 1s", "settle: 5s");
    PlaybookCopy.edit(experiments, "window: 3s", "window: 20s");
    stack = RunningStack.start("sabotage-stack", playbook);
    registry = new ModelRegistry(stack.settings().models().resolve("support"));
    live = registry.live().orElseThrow().version();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void theHonestOneIsLive() throws Exception {
    // a test that failed leaves its candidate where it was
    registry.endRollout();
    registry.endCanary();
    registry.endShadow();
    if (!registry.live().orElseThrow().version().equals(live)) {
      registry.promote(live);
    }
  }

  /** Somebody had noted beside each message of the past what it turned out to be about. */
  @Test
  void whatKnewTheAnswersOfThePastIsStoppedByWhatHappensNow() throws Exception {
    Path noted = Files.write(folder.resolve("noted.jsonl"), noted(past(11)));
    Trainer.Result leaky = train(noted);
    assertThat(leaky.gateFailures()).as("the past does not tell").isEmpty();
    assertThat(leaky.metrics().get("top1")).isGreaterThan(0.9);
    List<String> today = today(past(12));

    List<String> printed = stopped(leaky.version(), Step.SHADOW, new Repeated(today)::send);

    assertThat(reason(printed)).contains("rows since its training", "log loss is surely higher");
  }

  /** Its figures are as good as those of the live one, which it is a copy of. */
  @Test
  void whatIsSlowIsStoppedInTheShadow() throws Exception {
    try (var server = new ModelServer(ModelBundle.load(registry.published(live)))) {
      String slow = likeTheLiveOne("slow.1", server.remote(10_000));
      server.take(Duration.ofMillis(15));

      List<String> printed = stopped(slow, Step.SHADOW, SabotagedCandidatesIT::visit);

      // whether its rows wait longer than the queue is long depends on how fast others send
      assertThat(reason(printed))
          .containsPattern("takes .* ms for a row, at most 10 is|too slow for .* of the rows");
    }
  }

  /** It predicts as the live one does, yet whoever is scored by it is less content afterwards. */
  @Test
  void whatHarmsItsUsersIsNoLongerTheCanary() throws Exception {
    String harmful = likeTheLiveOne("harmful.1", null);

    List<String> printed = stopped(harmful, Step.SHADOW, new Raters(harmful)::next);

    assertThat(reason(printed)).contains("A guardrail got worse.");
    assertThat(printed).anyMatch(line -> line.startsWith("canary"));
  }

  /** Nobody promotes a version by hand here: the loop does, and goes on watching. */
  @Test
  void whatBecomesWorseOnceItIsLiveGivesWayToTheVersionBefore() throws Exception {
    try (var server = new ModelServer(ModelBundle.load(registry.published(live)))) {
      String failing = likeTheLiveOne("failing.1", server.remote(200));
      registry.promote(failing);
      Eventually.holds("it serves", () -> serving().equals(failing));
      visit("before");
      Eventually.holds("it predicts", () -> Users.isPredicted(stack.settings(), "before"));

      server.goAway();
      List<String> printed = stopped(failing, Step.LIVE, n -> send("later-" + n % USERS));

      assertThat(reason(printed)).containsPattern("it failed on \\d+\\.\\d % of [\\d,]+ rows");
      assertThat(printed).anyMatch(line -> line.contains(live + " is live again."));
      Eventually.holds(
          "who came meanwhile is scored by the version before",
          () -> Users.isPredicted(stack.settings(), "later-0"));
    }
  }

  /** Runs the loop from where a run would be that was killed there; what it prints. */
  private static List<String> stopped(String version, Step from, Consumer<Integer> traffic)
      throws Exception {
    if (from == Step.SHADOW) {
      registry.shadow(version);
    }
    registry.note(new RolloutProgress(version, from, System.currentTimeMillis()));
    var over = new AtomicBoolean();
    Thread users =
        Thread.ofPlatform()
            .name("users")
            .start(
                () -> {
                  for (int n = 0; !over.get(); n++) {
                    traffic.accept(n);
                  }
                });
    List<String> printed;
    try {
      printed = retrained();
    } finally {
      over.set(true);
      users.join();
    }
    printed.forEach(System.out::println);
    Assignment after = registry.assignment().orElseThrow();
    assertThat(after.live().version()).as("%s", printed).isEqualTo(live);
    assertThat(after.canary()).as("%s", printed).isNull();
    assertThat(after.shadow()).as("%s", printed).isNull();
    assertThat(registry.rollout()).as("%s", printed).isEmpty();
    return printed;
  }

  private static List<String> retrained() throws Exception {
    Path out = folder.resolve("retrain.out");
    Process process = AttuneCommand.begin(stack.settings(), out, "retrain");
    try {
      assertThat(process.waitFor(LIMIT)).as(AttuneCommand.said(out)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(AttuneCommand.said(out)).isZero();
    return Files.readAllLines(out);
  }

  private static String reason(List<String> printed) {
    return printed.stream()
        .filter(line -> line.startsWith("stopped"))
        .reduce((first, last) -> last)
        .orElseThrow(() -> new AssertionError(printed));
  }

  private static void visit(int n) {
    visit("visitor-" + n % USERS);
  }

  private static void visit(String user) {
    String token = send(user);
    var unused =
        stack.responses.ask(new Question(user, user + "-1", "greeting", "en-US", token, 200));
  }

  private static String send(String user) {
    return stack
        .gateway
        .send(List.of(Events.messageSent(user, "where is my order")))
        .tokens()
        .getOrDefault(user, "");
  }

  private static List<String> past(long seed) throws IOException {
    Path file = folder.resolve("past-" + seed + ".jsonl");
    PastWorld.write(SimulationSpec.load(stack.settings().playbook()), seed, Instant.now(), file);
    return Files.readAllLines(file);
  }

  private static Trainer.Result train(Path past) throws Exception {
    return Trainer.train(
        new Trainer.Request(
            past,
            Playbook.load(stack.settings().playbook()),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry,
            Instant.now()),
        Progress.SILENT);
  }

  /** Each message with the category of the user's next issue. */
  private static List<String> noted(List<String> past) {
    Map<String, String> next = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (String line : past.reversed()) {
      ObjectNode event = (ObjectNode) JsonMapper.shared().readTree(line);
      String user = event.path("userId").asString();
      String category = event.path("issue_opened").path("category").asString("");
      if (!category.isEmpty()) {
        next.put(user, category);
      }
      if (event.get("message_sent") instanceof ObjectNode message && next.containsKey(user)) {
        message.put(
            "text",
            "topic" + next.get(user).replace("_", "") + " " + message.path("text").asString());
      }
      if (event.get("page_viewed") instanceof ObjectNode page && next.containsKey(user)) {
        page.put("page", "/topics/" + next.get(user));
      }
      lines.add(event.toString());
    }
    Collections.reverse(lines);
    return lines;
  }

  /** The newest events as if they happened now, to others. */
  private static List<String> today(List<String> past) {
    return past.subList(past.size() * 9 / 10, past.size()).stream()
        .map(
            line -> {
              ObjectNode event = (ObjectNode) JsonMapper.shared().readTree(line);
              event.remove("occurredAt");
              event.put("userId", "now-" + event.path("userId").asString());
              return event.toString();
            })
        .toList();
  }

  /** Sends the next events, at the end from the beginning again as those of others. */
  private record Repeated(List<String> events) {
    void send(int n) {
      int from = n * BATCH % events.size();
      int round = n * BATCH / events.size();
      List<String> batch =
          events.subList(from, Math.min(events.size(), from + BATCH)).stream()
              .map(
                  line ->
                      line.replace("\"past-", "\"r" + round + "-")
                          .replace("now-past-", "now" + round + "-"))
              .toList();
      assertThat(stack.gateway.send(batch).rejected()).isEmpty();
      LockSupport.parkNanos(BETWEEN_BATCHES.toNanos());
    }
  }

  /** Visitors who say some seconds after a reply how content they are: less with one version. */
  private static final class Raters {
    private static final Duration LATER = Duration.ofSeconds(2);

    /** Every second one gets generic replies, whatever a model says. */
    private static final int USERS = 700;

    private final String disliked;
    private final Deque<Visit> unrated = new ArrayDeque<>();

    Raters(String disliked) {
      this.disliked = disliked;
    }

    private record Visit(String user, long nanos) {}

    void next(int n) {
      String user = "rater-" + n % USERS;
      visit(user);
      unrated.add(new Visit(user, System.nanoTime()));
      while (System.nanoTime() - unrated.element().nanos() > LATER.toNanos()) {
        rate(unrated.remove().user(), n);
      }
    }

    private void rate(String user, int n) {
      int worst = CanaryComparison.isChosen(disliked, CANARY_SHARE, user) ? 1 : 3;
      assertThat(stack.gateway.send(List.of(Events.rated(user, worst + n % 3))).rejected())
          .isEmpty();
    }
  }

  /**
   * A version that predicts as the live one does.
   *
   * @param remote where its trees are; null: in its bundle
   */
  private static String likeTheLiveOne(String version, @Nullable Remote remote) throws Exception {
    Path staged = registry.stage();
    try (Stream<Path> files = Files.list(registry.published(live))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (remote == null || !file.endsWith(BundleFiles.MODEL)) {
          Files.copy(file, staged.resolve(file.getFileName()));
        }
      }
    }
    ModelManifest like = BundleFiles.manifest(staged);
    BundleFiles.seal(staged, like.toBuilder(version).remote(remote).build());
    registry.publish(staged, version);
    return version;
  }

  private static String serving() throws IOException {
    String body =
        BoundedHttp.send(
                HttpRequest.newBuilder(URI.create(stack.settings().inferenceUrl() + "/v1/models"))
                    .header("Authorization", "Bearer " + LocalKeys.SECRET))
            .body();
    JsonNode models = JsonMapper.shared().readTree(body);
    return models.path("serving").path("version").asString("");
  }
}
