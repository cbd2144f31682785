package dev.attune.core.reply;

import com.samskivert.mustache.MustacheException;
import dev.attune.core.experiment.Assignment;
import dev.attune.core.experiment.AssignmentContext;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.expression.Scope;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
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
 * The arm is assigned whatever the reason, so that experiments are analysed as intended to treat.
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
  public Reply reply(ReplyRequest request, StoreAnswer answer, boolean loggable, Instant now) {
    return reply(request, answer, loggable, now, Map.of());
  }

  /**
   * @param weights that bandits have moved, by experiment
   */
  public Reply reply(
      ReplyRequest request,
      StoreAnswer answer,
      boolean loggable,
      Instant now,
      Map<String, List<Double>> weights) {
    Slot slot = book.slots().get(request.slot());
    if (slot == null) {
      throw new IllegalArgumentException("unknown slot");
    }
    StoredPrediction prediction =
        answer instanceof StoreAnswer.Held held ? held.prediction() : null;
    ReplyVariables situation = new ReplyVariables(request, prediction, features, book, now);
    AssignmentContext arms =
        new AssignmentContext(prediction == null ? Map.of() : prediction.getArms(), weights);
    Scope targeting = situation.scope(null);
    Assignment arm =
        experiments.assign(request.userId(), request.slot(), targeting, arms).orElse(null);
    Scope scope = situation.scope(arm);
    Draft draft = new Draft(request, slot, situation, prediction, arm, now);

    Optional<String> obstacle = obstacle(answer, loggable, arm, now);
    if (obstacle.isPresent()) {
      return generic(draft, obstacle.get());
    }
    return slot.firstThatHolds(scope)
        .map(rule -> personalized(draft, rule))
        .orElseGet(() -> generic(draft, "default"));
  }

  private Optional<String> obstacle(
      StoreAnswer answer, boolean loggable, @Nullable Assignment arm, Instant now) {
    return switch (answer) {
      case StoreAnswer.Unavailable() -> Optional.of("store_unavailable");
      case StoreAnswer.Nothing() -> Optional.of("no_prediction");
      case StoreAnswer.Held(StoredPrediction held) -> {
        if (age(held, now) > maxAge.toMillis()) {
          yield Optional.of("stale");
        }
        if (!loggable) {
          yield Optional.of("log_full");
        }
        yield arm != null && !arm.personalize() ? Optional.of("control_group") : Optional.empty();
      }
    };
  }

  private Reply personalized(Draft draft, Slot.Rule rule) {
    return spoken(draft, rule.content())
        .map(said -> draft.reply(said, true, "rule:" + rule.name(), rule.name()))
        .orElseGet(() -> generic(draft, "template_error"));
  }

  private Reply generic(Draft draft, String reason) {
    return spoken(draft, draft.slot().generic())
        .map(said -> draft.reply(said, false, reason, null))
        .orElseGet(() -> draft.reply(bare(draft.slot()), false, reason, null));
  }

  private Said bare(Slot slot) {
    return new Said(
        slot.bareText(),
        slot.generic().templateId(),
        book.defaultLocale(),
        List.of(),
        slot.generic().handoff());
  }

  /** The content in the request's locale and format; empty when a text can't be filled. */
  private Optional<Said> spoken(Draft draft, ReplyContent content) {
    ReplyRequest request = draft.request();
    TextFormat format = request.format() == null ? book.format() : request.format();
    Map<String, Object> values = draft.situation().values();
    String session = request.sessionId() == null ? "" : request.sessionId();
    try {
      var wording = content.wording(request.userId(), session).byLocale();
      List<String> locales = LocaleChain.of(request.locale(), book.defaultLocale());
      var text = LocaleChain.resolve(wording, locales);
      String said = text.getValue().render(values, format, draft.situation().zone());
      List<QuickReply> buttons = new ArrayList<>(content.buttons().size());
      for (ReplyContent.Button button : content.buttons()) {
        buttons.add(filled(button, locales, values, draft.situation().zone()));
      }
      boolean fits = !said.isEmpty() && said.length() <= book.maxLength();
      return fits
          ? Optional.of(
              new Said(said, content.templateId(), text.getKey(), buttons, content.handoff()))
          : Optional.empty();
    } catch (MustacheException e) {
      return Optional.empty();
    }
  }

  /** Labels are plain whatever the text's format: chat windows draw buttons themselves. */
  private static QuickReply filled(
      ReplyContent.Button button, List<String> locales, Map<String, Object> values, ZoneId zone) {
    var label = LocaleChain.resolve(button.labels(), locales);
    return new QuickReply(label.getValue().render(values, TextFormat.PLAIN, zone), button.value());
  }

  private static long age(StoredPrediction prediction, Instant now) {
    return Math.max(0, now.toEpochMilli() - prediction.getReceivedAt());
  }

  private record Said(
      String text,
      String templateId,
      String locale,
      List<QuickReply> quickReplies,
      @Nullable Handoff handoff) {}

  /** What is known before the words are. */
  private record Draft(
      ReplyRequest request,
      Slot slot,
      ReplyVariables situation,
      @Nullable StoredPrediction prediction,
      @Nullable Assignment arm,
      Instant now) {

    Reply reply(Said said, boolean personalized, String reason, @Nullable String rule) {
      return new Reply(
          said.text(),
          said.templateId(),
          said.locale(),
          said.quickReplies(),
          said.handoff(),
          personalized,
          reason,
          rule,
          arm,
          prediction,
          situation.variables(),
          prediction == null ? null : freshness(prediction));
    }

    private Reply.Freshness freshness(StoredPrediction held) {
      Position position = new Position(held.getEpoch(), held.getPartition(), held.getOffset());
      Position after = request.after();
      boolean caughtUp = after == null || !after.isAfter(position);
      return new Reply.Freshness(position.token(), caughtUp, age(held, now));
    }
  }
}
