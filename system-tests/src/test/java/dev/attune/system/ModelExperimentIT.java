package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An experiment on models through every process: who is in the second arm is scored by its version,
 * everybody else by the live one. Trains two models, so only in the long tests.
 */
@Timeout(600)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class ModelExperimentIT {
  private static final int USERS = 60;

  @TempDir private Path folder;

  @Test
  void theArmDecidesWhichVersionPredicts() throws Exception {
    Path playbook = PlaybookCopy.in(folder, Checkout.find().root().resolve("playbooks/support"));
    try (RunningStack stack = RunningStack.start("model-experiment-stack", playbook)) {
      String candidate = stack.train().version();
      post(stack.settings().inferenceUrl() + "/v1/models/" + candidate + "/canary?share=0.5", "");
      Files.writeString(playbook.resolve("experiments.yaml"), experiment(candidate));
      Eventually.holds("the experiment runs", () -> reply(stack, "first", null).has("variant"));

      Map<String, JsonNode> replies = replies(stack);

      assertThat(replies.values())
          .allSatisfy(
              reply -> {
                boolean scoredByCandidate =
                    reply.at("/model/version").stringValue().equals(candidate);
                assertThat(reply.path("experiment").stringValue()).isEqualTo("new-model");
                assertThat(reply.path("variant").stringValue())
                    .isEqualTo(scoredByCandidate ? "candidate" : "live");
              })
          // of sixty users all in one arm is no chance
          .extracting(reply -> reply.path("variant").stringValue())
          .contains("candidate", "live");
    }
  }

  private static String experiment(String candidate) {
    return """
        experiments:
          - id: new-model
            model: %s
            variants: [{name: live, weight: 0.5}, {name: candidate, weight: 0.5}]
        """
        .formatted(candidate);
  }

  /** Of each user the first reply that knows his message. */
  private static Map<String, JsonNode> replies(RunningStack stack) {
    List<String> users = IntStream.range(0, USERS).mapToObj(n -> "model-" + n).toList();
    var tokens =
        stack
            .gateway
            .send(users.stream().map(u -> Events.messageSent(u, "where is my order")).toList())
            .tokens();
    var replies = new HashMap<String, JsonNode>();
    for (String user : users) {
      String token = Objects.requireNonNull(tokens.get(user));
      Eventually.holds(
          "the reply knows the message of " + user,
          () -> {
            JsonNode reply = reply(stack, user, token);
            replies.put(user, reply);
            return reply.at("/freshness/caughtUp").booleanValue(false);
          });
    }
    return replies;
  }

  private static JsonNode reply(RunningStack stack, String user, @Nullable String after) {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("userId", user)
            .put("slot", "greeting")
            .put("after", after)
            .put("waitMs", 1_000)
            .toString();
    return JsonMapper.shared()
        .readTree(post(stack.settings().responsesUrl() + "/v1/responses", body));
  }

  private static String post(String url, String body) {
    try {
      HttpResponse<String> response =
          BoundedHttp.send(
              HttpRequest.newBuilder(URI.create(url))
                  .header("Authorization", "Bearer " + LocalKeys.SECRET)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
