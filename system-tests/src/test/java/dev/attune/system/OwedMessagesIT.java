package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.encoder.LocalEncoders;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.Position;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A playbook with a sentence encoder: who wrote while inference-service was away gets the
 * prediction that the message gives, to the last digit, and so does everybody after Redis was
 * emptied. What they click afterwards encodes nothing.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(600)
class OwedMessagesIT {
  private static final int USERS = 12;
  private static final List<String> WORDS =
      List.of("my package never came", "pay me back please", "sign-in rejects me");

  @TempDir private Path folder;

  @Test
  void theMessageCountsForWhoIsOwedAPredictionAndAfterRedisWasEmptied() throws Exception {
    Map<String, String> hurried = Map.of("ATTUNE_REFILL_SETTLE", "1s");
    try (RunningStack stack =
        RunningStack.start("owed-messages-stack", PlaybookCopy.withEncoder(folder), hurried)) {
      Map<String, String> live = write(stack, "live");
      awaitInRedis(stack, live);
      assertPredictedByMessage(stack, live);

      awaitRefilled(stack);
      stack.kill(Part.INFERENCE);
      double held = metric(stack, Part.STREAMS, "attune_dispatch_held_total");
      Map<String, String> owed = write(stack, "owed");
      Eventually.holds(
          "all of them are owed a prediction",
          () ->
              metric(stack, Part.STREAMS, "attune_dispatch_held_total") >= held + USERS
                  && metric(stack, Part.STREAMS, "attune_dispatch_owing") > 0);
      stack.up();

      awaitInRedis(stack, owed);
      assertPredictedByMessage(stack, owed);
      awaitRefilled(stack);
      double encoded = encodings(stack);
      assertThat(encoded).isGreaterThanOrEqualTo(USERS);

      Map<String, String> clicked = click(stack, owed);
      awaitInRedis(stack, clicked);
      assertPredictedByMessage(stack, clicked);
      assertThat(encodings(stack)).as("encodings after clicks").isEqualTo(encoded);

      Map<String, Map<String, Float>> before = predictions(stack, clicked);
      try (Jedis redis = redis(stack)) {
        var unused = redis.flushAll();
      }
      awaitInRedis(stack, clicked);
      assertThat(predictions(stack, clicked)).isEqualTo(before);
    }
  }

  /** Users of a group look at a page and write, each another text; their last tokens. */
  private static Map<String, String> write(RunningStack stack, String group) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String user = group + "-" + i;
      events.add(Events.pageViewed(user, "/help"));
      events.add(Events.messageSent(user, WORDS.get(i % WORDS.size()) + " " + user));
    }
    return send(stack, events);
  }

  private static Map<String, String> click(RunningStack stack, Map<String, String> users) {
    return send(
        stack, users.keySet().stream().map(user -> Events.clicked(user, "track-order")).toList());
  }

  private static Map<String, String> send(RunningStack stack, List<String> events) {
    IngestAnswer answer = stack.gateway.send(events);
    assertThat(answer.accepted()).isEqualTo(events.size());
    return answer.tokens();
  }

  private static void awaitInRedis(RunningStack stack, Map<String, String> tokens) {
    Eventually.holds(
        "their last events are in their predictions",
        () ->
            tokens.entrySet().stream()
                .allMatch(token -> includes(stack, token.getKey(), token.getValue())));
  }

  private static boolean includes(RunningStack stack, String user, String token) {
    StoredPrediction stored = stored(stack, user);
    return stored != null
        && reaches(
            token, new Position(stored.getEpoch(), stored.getPartition(), stored.getOffset()));
  }

  private static boolean reaches(String token, Position position) {
    return !Position.parse(token).isAfter(position);
  }

  /** By the live version outside the service, from the row that the stream keeps of each user. */
  private static void assertPredictedByMessage(RunningStack stack, Map<String, String> tokens)
      throws Exception {
    ModelRegistry registry = new ModelRegistry(stack.settings().models().resolve("support"));
    String version = registry.live().orElseThrow().version();
    ModelBundle model =
        ModelBundle.load(registry.published(version), new LocalEncoders(null, USERS));
    Map<String, UserProfile> profiles = profiles(stack, tokens);
    for (String user : tokens.keySet()) {
      UserProfile profile = Objects.requireNonNull(profiles.get(user));
      FeatureRow row = FeatureRow.fromAvro(profile.getVector());
      assertThat(profile.getMessage()).endsWith(user);
      Map<String, Float> predicted = probabilities(Objects.requireNonNull(stored(stack, user)));

      assertThat(predicted)
          .as(user)
          .isEqualTo(scored(model, row.withMessage(profile.getMessage())))
          .isNotEqualTo(scored(model, row));
    }
  }

  private static Map<String, Float> scored(ModelBundle model, FeatureRow row) {
    float[] probabilities = model.score(List.of(row)).getFirst().probabilities();
    Map<String, Float> all = new TreeMap<>();
    for (int i = 0; i < probabilities.length; i++) {
      all.put(model.manifest().labels().get(i), probabilities[i]);
    }
    return all;
  }

  private static Map<String, Float> probabilities(StoredPrediction prediction) {
    Map<String, Float> all = new TreeMap<>();
    for (LabelProbability each : prediction.getProbabilities()) {
      all.put(each.getLabel(), each.getProbability());
    }
    return all;
  }

  private static Map<String, Map<String, Float>> predictions(
      RunningStack stack, Map<String, String> users) {
    Map<String, Map<String, Float>> all = new TreeMap<>();
    for (String user : users.keySet()) {
      all.put(user, probabilities(Objects.requireNonNull(stored(stack, user))));
    }
    return all;
  }

  /** The newest of each user, once it has the user's last event. */
  private static Map<String, UserProfile> profiles(RunningStack stack, Map<String, String> tokens) {
    StackSettings settings = stack.settings();
    String topic = Topics.standard().userProfiles();
    AvroDeserializer<UserProfile> reader =
        new AvroDeserializer<>(
            new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10)),
            UserProfile.class);
    Map<String, UserProfile> newest = new HashMap<>();
    Eventually.holds(
        "their last events are in their profiles",
        () -> {
          for (var record : RawTopic.records(settings.bootstrapServers(), topic)) {
            reader.readable(record).ifPresent(profile -> newest.put(record.key(), profile));
          }
          return tokens.entrySet().stream()
              .allMatch(token -> reaches(token.getValue(), newest.get(token.getKey())));
        });
    return newest;
  }

  private static boolean reaches(String token, @Nullable UserProfile profile) {
    return profile != null
        && reaches(
            token, new Position(profile.getEpoch(), profile.getPartition(), profile.getOffset()));
  }

  private static @Nullable StoredPrediction stored(RunningStack stack, String user) {
    byte[] key = PredictionKey.of(user).getBytes(StandardCharsets.UTF_8);
    try (Jedis redis = redis(stack)) {
      List<Object> newest = redis.xrevrange(key, new byte[] {'+'}, new byte[] {'-'}, 1);
      if (newest.isEmpty()) {
        return null;
      }
      List<?> fields = (List<?>) ((List<?>) newest.getFirst()).get(1);
      return SingleObject.read((byte[]) fields.get(1), StoredPrediction.getDecoder());
    }
  }

  private static Jedis redis(RunningStack stack) {
    return new Jedis(URI.create(stack.settings().redisUri()));
  }

  private static double encodings(RunningStack stack) throws IOException {
    return metric(stack, Part.INFERENCE, "attune_encoder_seconds_count");
  }

  /** Or a refill would encode messages while they are counted. */
  private static void awaitRefilled(RunningStack stack) {
    Eventually.holds(
        "nobody is to be refilled",
        () -> managed(stack, Part.INFERENCE, "health").contains("\"state\":\"COMPLETE\""));
  }

  private static double metric(RunningStack stack, Part part, String name) throws IOException {
    return managed(stack, part, "prometheus")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String managed(RunningStack stack, Part part, String endpoint) throws IOException {
    int port = part.managementPort(stack.settings().ports());
    return BoundedHttp.get(URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint)).body();
  }
}
