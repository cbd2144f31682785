package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.encoder.LocalEncoders;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A playbook with a sentence encoder through every process: what the encoder makes of a message is
 * in no store, and the message itself only where the guide says so, until its user is erased.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(420)
class EncodedMessagesIT {
  private static final String GONE = "the velvet umbrella arrived torn, send my money back";
  private static final String KEPT = "the copper lantern has not come, where is it";
  private static final Topics TOPICS = Topics.standard();

  /** Those that the guide names, and that of feature-streams' users. */
  private static final Set<String> OF_MESSAGES =
      new TreeSet<>(
          List.of(
              TOPICS.interactionEvents(),
              TOPICS.sessionFeatures(),
              TOPICS.userProfiles(),
              "attune-feature-streams-users-changelog"));

  @TempDir private Path folder;

  @Test
  void noStoreHoldsTheNumbersOfAMessageAndNoneTheMessageOfWhoIsErased() throws Exception {
    var encoders = new LocalEncoders(null, 1_000);
    Path playbook = PlaybookCopy.withEncoder(folder);
    try (RunningStack stack = RunningStack.start("encoded-stack", playbook)) {
      var stored = new StoredBytes(stack.settings());
      var traces =
          List.of(
              new VectorTraces(encoders.own().encode(GONE)),
              new VectorTraces(encoders.own().encode(KEPT)));

      predicted(stack, "encoded-gone", GONE);
      predicted(stack, "encoded-kept", KEPT);
      for (String topic : OF_MESSAGES) {
        Eventually.holds(
            topic + " has them",
            () -> anyHas(stored.topic(topic), GONE) && anyHas(stored.topic(topic), KEPT));
      }

      assertThat(topicsWith(stored, GONE)).isEqualTo(OF_MESSAGES);
      assertThat(stored.redis()).isNotEmpty();
      assertThat(anyHas(stored.redis(), GONE)).isFalse();
      assertThat(traced(stored, traces)).isEmpty();

      var unused = stack.responses.erase("encoded-gone");
      Eventually.holds("the user is erased", () -> profile(stack, "encoded-gone") == null);
      stack.down();
      List<byte[]> stores = stored.stores();
      assertThat(anyHas(stores, KEPT)).isTrue();
      assertThat(anyHas(stores, GONE)).isFalse();
      assertThat(stores).noneMatch(bytes -> traces.stream().anyMatch(each -> each.in(bytes)));
    }
  }

  private static void predicted(RunningStack stack, String user, String text) {
    String token = stack.gateway.send(List.of(Events.messageSent(user, text))).tokens().get(user);
    Eventually.holds(
        "the reply knows the message",
        () ->
            stack
                .responses
                .ask(new Question(user, user + "-1", "reply", "en-US", token, 1_000))
                .caughtUp());
  }

  private static Set<String> topicsWith(StoredBytes stored, String text) throws Exception {
    Set<String> found = new TreeSet<>();
    stored
        .topics()
        .forEach(
            (topic, values) -> {
              if (anyHas(values, text)) {
                found.add(topic);
              }
            });
    return found;
  }

  private static boolean anyHas(List<byte[]> values, String text) {
    return values.stream()
        .anyMatch(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(text));
  }

  /** Where what the encoder made is found. */
  private static List<String> traced(StoredBytes stored, List<VectorTraces> traces)
      throws Exception {
    Map<String, List<byte[]>> all = new HashMap<>(stored.topics());
    all.put("Redis", stored.redis());
    List<String> found = new ArrayList<>();
    all.forEach(
        (place, values) -> {
          if (values.stream().anyMatch(bytes -> traces.stream().anyMatch(each -> each.in(bytes)))) {
            found.add(place);
          }
        });
    return found;
  }

  private static byte @Nullable [] profile(RunningStack stack, String user) {
    return RawTopic.values(stack.settings().bootstrapServers(), TOPICS.userProfiles(), user)
        .getLast();
  }
}
