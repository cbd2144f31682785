package dev.attune.system;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.user.UserUpdate;
import dev.attune.local.client.BotReply;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.simulation.Customer;
import dev.attune.simulation.RecordedWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.Visit;
import dev.attune.training.events.OfflinePrediction;
import dev.attune.training.events.OfflineUsers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The simulated shop with its bot in one thread: engine, model and rules are those that run online,
 * without what carries them. Every other customer is a control who gets the generic replies.
 */
final class LearningShop extends RecordedWorld {
  private static final Duration BETWEEN_VISITS = Duration.ofMinutes(1);
  private static final Duration MAX_AGE = Duration.ofDays(1);

  private final SimulationSpec spec;
  private final @Nullable ModelBundle model;
  private final ReplyEngine replies;
  private final OfflineUsers users;
  private final Map<String, UserUpdate> known = new HashMap<>();
  private final String prefix;
  private boolean isControl;
  private double handling;

  /**
   * @param model who says what a customer wants; null: nobody
   * @param prefix of the customers' and the events' ids
   */
  LearningShop(SimulationSpec spec, Playbook playbook, @Nullable ModelBundle model, String prefix) {
    super(prefix);
    this.spec = spec;
    this.model = model;
    this.replies =
        new ReplyEngine(playbook.replies(), Experiments.none(), playbook.features(), MAX_AGE);
    this.users = new OfflineUsers(playbook.engine());
    this.prefix = prefix;
  }

  /**
   * Serves so many customers, one after the other. The same seed gives the same customers.
   *
   * @return seconds that people spent on each one's conversation
   */
  double[] serve(int customers, long seed, Instant from) {
    double[] seconds = new double[customers];
    for (int number = 0; number < customers; number++) {
      jumpTo(from.plus(BETWEEN_VISITS.multipliedBy(number)).toEpochMilli());
      isControl = isControl(number);
      handling = 0;
      new Visit(spec, new Customer(spec, seed, number, prefix), this).run();
      seconds[number] = handling;
    }
    return seconds;
  }

  static boolean isControl(int customer) {
    return customer % 2 == 0;
  }

  @Override
  public void happens(InteractionEvent event) {
    super.happens(event);
    known.put(event.getUserId(), users.apply(event));
    var replied = event.getAgentReplied();
    if (replied != null && !replied.getAutomated() && replied.getResponseSeconds() != null) {
      handling += replied.getResponseSeconds();
    }
  }

  @Override
  public BotReply ask(Customer customer, String sessionId, String slot, boolean knowing) {
    long now = now();
    StoredPrediction prediction = isControl ? null : prediction(customer.userId(), now);
    var request =
        new ReplyRequest(
            customer.userId(), sessionId, slot, customer.locale(), Map.of(), null, null, null);
    Reply reply =
        replies.reply(
            request,
            prediction == null
                ? new PredictionLookup.Nothing()
                : new PredictionLookup.Held(prediction),
            true,
            Instant.ofEpochMilli(now));
    return new BotReply(
        "",
        reply.message().text(),
        reply.message().quickReplies().stream().map(quick -> quick.value()).toList(),
        reply.personalized(),
        reply.reason(),
        null,
        null,
        prediction == null
            ? BotReply.Prediction.NONE
            : new BotReply.Prediction(
                prediction.getProbabilities().getFirst().getLabel(),
                prediction.getProbabilities().getFirst().getProbability(),
                true));
  }

  private @Nullable StoredPrediction prediction(String userId, long now) {
    UserUpdate user = known.get(userId);
    return user == null || model == null ? null : OfflinePrediction.of(model, user, now);
  }
}
