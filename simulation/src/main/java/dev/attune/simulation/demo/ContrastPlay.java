package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.json.EventJson;
import dev.attune.simulation.SimulationSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plays a {@link Contrast} on the running pipeline: two new customers look at different pages, then
 * write the same words. Only customers of a personalized arm are shown. Used by one thread.
 */
final class ContrastPlay {
  private static final int PAGES = 2;
  private static final int WAIT_MILLIS = 1_000;

  /** Half of the customers are in the control group. */
  private static final int TRIES = 12;

  private final SimulationSpec spec;
  private final GatewayClient gateway;
  private final ResponsesClient responses;
  private final List<String> intents;
  private final EventJson json = EventJson.standard();
  private final String run = "pair-" + Long.toString(System.currentTimeMillis(), 36) + "-";
  private int customers;
  private int plays;

  ContrastPlay(SimulationSpec spec, GatewayClient gateway, ResponsesClient responses) {
    this.spec = spec;
    this.gateway = gateway;
    this.responses = responses;
    this.intents = List.copyOf(spec.habits().keySet());
  }

  /** The next pair; null when no two personalized replies came about. */
  @Nullable Contrast next() {
    int first = plays++ % intents.size();
    String message = spec.sameWords().message();
    List<Contrast.Side> sides = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Contrast.Side side = personalized(intents.get((first + i) % intents.size()), message);
      if (side == null) {
        return null;
      }
      sides.add(side);
    }
    return new Contrast(message, sides);
  }

  private Contrast.@Nullable Side personalized(String intent, String message) {
    for (int i = 0; i < TRIES; i++) {
      Contrast.Side side = side(intent, message);
      if (side.reply().personalized()) {
        return side;
      }
    }
    return null;
  }

  private Contrast.Side side(String intent, String message) {
    String user = run + customers++;
    List<String> all = Objects.requireNonNull(spec.habits().get(intent)).pages();
    List<String> pages = all.subList(0, Math.min(PAGES, all.size()));
    for (String page : pages) {
      var view = PageViewed.newBuilder().setPage(page).build();
      var unused = send(event(user, "page_viewed").setPageViewed(view).build());
    }
    var said = MessageSent.newBuilder().setText(message).setLength(message.length()).build();
    String token = send(event(user, "message_sent").setMessageSent(said).build());
    BotReply reply =
        responses.ask(
            new Question(user, user, "reply", spec.sameWords().locale(), token, WAIT_MILLIS));
    return new Contrast.Side(user, pages, reply);
  }

  private InteractionEvent.Builder event(String user, String type) {
    return InteractionEvent.newBuilder()
        .setEventId(user + "-" + System.nanoTime())
        .setType(type)
        .setUserId(user)
        .setSessionId(user)
        .setOccurredAt(System.currentTimeMillis())
        .setChannel("web")
        .setLocale(spec.sameWords().locale());
  }

  /** The token of the event; null when it was rejected. */
  private @Nullable String send(InteractionEvent event) {
    IngestAnswer answer = gateway.send(List.of(json.write(event)));
    return answer.tokens().get(event.getUserId());
  }
}
