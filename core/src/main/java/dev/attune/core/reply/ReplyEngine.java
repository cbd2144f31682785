package dev.attune.core.reply;

import dev.attune.core.experiment.ArmLookup;
import dev.attune.core.experiment.Assignment;
import dev.attune.core.experiment.AssignmentContext;
import dev.attune.core.experiment.Experiment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.expression.Scope;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.reply.Reply.Message;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to say. Pure: the same request, store answer and time give the same reply, which is
 * what lets a decision be explained and re-run later. There is always a reply, and its reason is
 * the first that holds:
 *
 * <pre>
 * store_unavailable   the store did not answer in time         generic
 * no_prediction       nothing is known of the user             generic
 * stale               the prediction is older than allowed     generic
 * log_full            the decision could not be recorded       generic
 * control_group       the user's arm is not personalized       generic
 * template_error      the chosen text could not be filled      generic
 * rule:&lt;name&gt;         the first rule whose condition holds     personalized
 * default             no rule holds                            generic
 * </pre>
 *
 * The arm is assigned whatever the reason. A reply whose reason comes before {@code control_group}
 * is alike in all arms, and exposes nobody.
 */
public final class ReplyEngine {
  private final ReplyBook book;
  private final Experiments experiments;
  private final FeatureSet features;
  private final Duration maxAge;

  /**
   * @param maxAge a prediction whose event was received longer ago counts as stale
   */
  public ReplyEngine(
      ReplyBook book, Experiments experiments, FeatureSet features, Duration maxAge) {
    this.book = book;
    this.experiments = experiments;
    this.features = features;
    this.maxAge = maxAge;
  }

  public boolean knows(String slot) {
    return book.slots().containsKey(slot);
  }

  /**
   * @param loggable whether the decision's record has a place; without one nobody is exposed
   * @throws IllegalArgumentException when the slot is unknown
   */
  public Reply reply(ReplyRequest request, PredictionLookup answer, boolean loggable, Instant now) {
    return reply(request, answer, loggable, now, Map.of());
  }

  /**
   * @param weights that bandits have moved, by experiment
   */
  public Reply reply(
      ReplyRequest request,
      PredictionLookup answer,
      boolean loggable,
      Instant now,
      Map<String, List<Double>> weights) {
    Slot slot = book.slots().get(request.slot());
    if (slot == null) {
      throw new IllegalArgumentException("unknown slot");
    }
    StoredPrediction prediction = prediction(answer);
    var context = new ReplyContext(request, prediction, features, book, now);
    Scope scope = book.conditions().scope(context);
    AssignmentContext known = known(prediction, weights);
    context.assign(experiments.assign(request.userId(), request.slot(), scope, known).orElse(null));

    return obstacle(answer, loggable, context)
        .map(reason -> generic(slot, context, reason))
        .or(() -> slot.firstThatHolds(scope).map(rule -> personalized(slot, context, rule)))
        .orElseGet(() -> generic(slot, context, "default"));
  }

  /**
   * The arm that replies to a user have, or why they have none: of one experiment, in each slot
   * where it applies. Conditions see the locale and what is known of the user, no variables.
   *
   * @param locale null: the playbook's
   * @return by slot, in the playbook's order; empty: there is no such experiment
   */
  public Map<String, ArmLookup> arms(
      String experiment,
      String userId,
      @Nullable String locale,
      PredictionLookup answer,
      Instant now,
      Map<String, List<Double>> weights) {
    Experiment wanted = experiments.find(experiment).orElse(null);
    if (wanted == null) {
      return Map.of();
    }
    StoredPrediction prediction = prediction(answer);
    AssignmentContext known = known(prediction, weights);
    Map<String, ArmLookup> arms = new LinkedHashMap<>();
    for (String slot : book.slots().keySet()) {
      if (wanted.appliesTo(slot)) {
        var request = new ReplyRequest(userId, null, slot, locale, Map.of(), null, null, null);
        var context = new ReplyContext(request, prediction, features, book, now);
        Scope scope = book.conditions().scope(context);
        arms.put(slot, experiments.arm(wanted, userId, slot, scope, known));
      }
    }
    return arms;
  }

  private static @Nullable StoredPrediction prediction(PredictionLookup answer) {
    return answer instanceof PredictionLookup.Held held ? held.prediction() : null;
  }

  private static AssignmentContext known(
      @Nullable StoredPrediction prediction, Map<String, List<Double>> weights) {
    return new AssignmentContext(prediction == null ? Map.of() : prediction.getArms(), weights);
  }

  private Optional<String> obstacle(
      PredictionLookup answer, boolean loggable, ReplyContext context) {
    return switch (answer) {
      case PredictionLookup.Unavailable() -> Optional.of("store_unavailable");
      case PredictionLookup.Nothing() -> Optional.of("no_prediction");
      case PredictionLookup.Held(StoredPrediction held) -> {
        if (context.age(held) > maxAge.toMillis()) {
          yield Optional.of("stale");
        }
        if (!loggable) {
          yield Optional.of("log_full");
        }
        Assignment arm = context.arm();
        yield arm != null && !arm.personalize() ? Optional.of("control_group") : Optional.empty();
      }
    };
  }

  private Reply personalized(Slot slot, ReplyContext context, Slot.Rule rule) {
    return message(slot, context, rule.content())
        .map(message -> context.reply(message, "rule:" + rule.name(), rule.name()))
        .orElseGet(() -> generic(slot, context, "template_error"));
  }

  private Reply generic(Slot slot, ReplyContext context, String reason) {
    Message message = message(slot, context, slot.generic()).orElseGet(() -> bare(slot));
    return context.reply(message, reason, null);
  }

  private Message bare(Slot slot) {
    ReplyContent generic = slot.generic();
    return new Message(
        slot.bareText(), generic.templateId(), book.defaultLocale(), List.of(), generic.handoff());
  }

  /** The content in the request's locale and format; empty when a text can't be filled. */
  private Optional<Message> message(Slot slot, ReplyContext context, ReplyContent content) {
    ReplyRequest request = context.request();
    TextFormat format = request.format() == null ? book.format() : request.format();
    String session = request.sessionId() == null ? "" : request.sessionId();
    try {
      Map<String, Object> values = context.textValues();
      var wording = content.wording(request.userId(), session).byLocale();
      List<String> locales = LocaleChain.of(request.locale(), book.defaultLocale());
      var template = LocaleChain.resolve(wording, locales);
      String text = template.getValue().render(values, format, context.zone());
      if (text.isEmpty() || text.length() > slot.maxLength()) {
        return Optional.empty();
      }
      List<QuickReply> buttons = new ArrayList<>(content.buttons().size());
      for (ReplyContent.Button button : content.buttons()) {
        buttons.add(filled(button, locales, values, context.zone()));
      }
      return Optional.of(
          new Message(text, content.templateId(), template.getKey(), buttons, content.handoff()));
    } catch (RuntimeException e) {
      // whatever a template, a format or a value makes of each other: there is always a reply
      return Optional.empty();
    }
  }

  /** Labels are plain whatever the text's format: chat windows draw buttons themselves. */
  private static QuickReply filled(
      ReplyContent.Button button, List<String> locales, Map<String, Object> values, ZoneId zone) {
    var label = LocaleChain.resolve(button.labels(), locales);
    return new QuickReply(label.getValue().render(values, TextFormat.PLAIN, zone), button.value());
  }
}
