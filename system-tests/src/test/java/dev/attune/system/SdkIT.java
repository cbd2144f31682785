package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.access.UserSignature;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.sdk.Attune;
import dev.attune.sdk.Event;
import dev.attune.sdk.Options;
import dev.attune.sdk.Reply;
import dev.attune.sdk.UrlConnectionTransport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java SDK against the real gateway and response API. */
class SdkIT {
  private static final String EVENTS = Topics.standard().interactionEvents();
  private static final Duration LONG = Duration.ofSeconds(30);

  private final StackSettings settings = RunningStack.shared().settings();
  private final SchemaRegistryClient registry =
      new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10));

  @ParameterizedTest
  @ValueSource(strings = {"server", "android"})
  void everyTypeOfEventReachesTheTopicAndTheReplyKnowsThem(String platform) throws Exception {
    String user = "sdk-" + platform + "-ü";
    List<String> ids = new ArrayList<>();
    Optional<Reply> reply;
    try (Attune attune = on(platform).start()) {
      for (Event event : everyType(user)) {
        ids.add(attune.track(event));
      }
      assertThat(attune.flush(LONG)).isTrue();
      assertThat(attune.sent()).isEqualTo(ids.size());
      reply = attune.respond(user, "greeting", Map.of("name", "Ada"), Duration.ofSeconds(1));
    }

    List<InteractionEvent> stored = stored(user);
    assertThat(stored).extracting(InteractionEvent::getEventId).containsExactlyElementsOf(ids);
    assertThat(stored.get(4).getMessageSent().getText()).isEqualTo("¿dónde está? 😀");
    assertThat(stored.get(10).getCustom().getName()).isEqualTo("gift");
    assertThat(reply.map(Reply::text)).hasValueSatisfying(text -> assertThat(text).isNotBlank());
  }

  @Test
  void onlyWhatTheGatewayRejectsIsDropped() throws Exception {
    String user = "sdk-rejected";
    try (Attune attune = at(LocalKeys.WRITE).start()) {
      String good = attune.track(Event.clicked(user, "a"));
      attune.track(Event.clicked(user, "b").channel("fax"));
      attune.track(Event.of("teleported", user, Map.of()));
      String last = attune.track(Event.clicked(user, "c"));

      assertThat(attune.flush(LONG)).isTrue();
      assertThat(attune.sent()).isEqualTo(2);
      assertThat(attune.dropped()).isEqualTo(2);
      assertThat(stored(user)).extracting(InteractionEvent::getEventId).containsExactly(good, last);
    }
  }

  @Test
  void aBatchThatIsTooLargeForTheGatewayGoesInHalves() throws Exception {
    String user = "sdk-halves";
    try (Attune attune = at(LocalKeys.WRITE).batch(1200, 512 * 1024, LONG).start()) {
      List<String> ids =
          IntStream.range(0, 1200)
              .mapToObj(n -> attune.track(Event.clicked(user, "n-" + n)))
              .toList();

      assertThat(attune.flush(LONG)).isTrue();
      assertThat(attune.dropped()).isZero();
      assertThat(stored(user))
          .extracting(InteractionEvent::getEventId)
          .containsExactlyElementsOf(ids);
    }
  }

  @Test
  void aWrongKeyKeepsEventsAndReadsNothing() throws Exception {
    try (Attune attune = at("wrong").start()) {
      attune.track(Event.clicked("sdk-wrong-key", "a"));

      assertThat(attune.flush(Duration.ofSeconds(1))).isFalse();
      assertThat(attune.queued()).isEqualTo(1);
      assertThat(attune.dropped()).isZero();
      assertThat(attune.respond("sdk-wrong-key", "greeting", Map.of(), Duration.ZERO)).isEmpty();
      attune.close(Duration.ZERO);
    }
  }

  @Test
  void anAppReadsItsOwnUserAndNobodyElse() throws Exception {
    Instant later = Instant.now().plusSeconds(600);
    try (Attune own =
            at(LocalKeys.WRITE)
                .signature(user -> UserSignature.sign("local-identity-secret", user, later))
                .start();
        Attune other =
            at(LocalKeys.WRITE)
                .signature(user -> UserSignature.sign("local-identity-secret", "else", later))
                .start()) {
      assertThat(own.respond("sdk-app", "greeting", Map.of(), Duration.ZERO)).isPresent();
      assertThat(other.respond("sdk-app", "greeting", Map.of(), Duration.ZERO)).isEmpty();
    }
  }

  private static List<Event> everyType(String user) {
    return List.of(
        Event.sessionStarted(user),
        Event.sessionEnded(user).with("reason", "bye"),
        Event.pageViewed(user, "/orders").with("seconds", 1.5),
        Event.clicked(user, "buy").with("page", "/cart"),
        Event.messageSent(user, "¿dónde está? 😀"),
        Event.agentReplied(user, true).with("responseSeconds", 2),
        Event.issueOpened(user, "i-1").with("category", "refund"),
        Event.issueResolved(user, "i-1").with("resolution", "sent"),
        Event.feedback(user, "csat", 4).with("comment", "good"),
        Event.quickReplyUsed(user, "d-1", "track"),
        Event.custom(user, "gift", Map.of("size", "XL")));
  }

  private Options on(String platform) {
    Options options = at(LocalKeys.SECRET);
    return platform.equals("android") ? options.transport(new UrlConnectionTransport()) : options;
  }

  private Options at(String key) {
    return Attune.at(settings.gatewayUrl(), key)
        .responses(settings.responsesUrl())
        .retry(Duration.ofMillis(50), Duration.ofMillis(500));
  }

  private List<InteractionEvent> stored(String user) {
    var deserializer = new AvroDeserializer<>(registry, InteractionEvent.class);
    return RawTopic.values(settings.bootstrapServers(), EVENTS, user).stream()
        .map(value -> Objects.requireNonNull(deserializer.deserialize(EVENTS, value)))
        .toList();
  }
}
