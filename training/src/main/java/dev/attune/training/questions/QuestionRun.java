package dev.attune.training.questions;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.training.events.OfflinePrediction;
import dev.attune.training.questions.QuestionSuite.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks each question as somebody who has never been here: the message goes through the engine, the
 * model and the rules that run online. Experiments are left out, so that no arm hides an answer.
 */
public final class QuestionRun {
  private static final Duration MAX_AGE = Duration.ofDays(1);

  private final QuestionSuite suite;
  private final Playbook playbook;
  private final ModelBundle model;
  private final ReplyEngine replies;
  private final Instant now;

  /**
   * What came of a question.
   *
   * @param rule the rule that spoke; null for the generic reply
   * @param label the likeliest label
   * @param probability of that label, 0 to 1
   */
  public record Answer(Question question, @Nullable String rule, String label, double probability) {
    public boolean isRight() {
      return rule != null && question.accepted().contains(rule);
    }
  }

  public QuestionRun(QuestionSuite suite, Playbook playbook, ModelBundle model, Instant now) {
    this.suite = suite;
    this.playbook = playbook;
    this.model = model;
    this.replies =
        new ReplyEngine(playbook.replies(), Experiments.none(), playbook.features(), MAX_AGE);
    this.now = now;
  }

  /** The answers, in the suite's order. */
  public List<Answer> answers() {
    return suite.questions().stream().map(this::answer).toList();
  }

  private Answer answer(Question question) {
    UserUpdate user = playbook.engine().apply(null, event(question), new Position(0, 0, 1));
    StoredPrediction prediction = OfflinePrediction.of(model, user, now.toEpochMilli());
    ReplyRequest request =
        new ReplyRequest("new", "new", suite.slot(), question.locale(), Map.of(), null, null, null);
    Reply reply = replies.reply(request, new PredictionLookup.Held(prediction), true, now);
    LabelProbability likeliest = prediction.getProbabilities().getFirst();
    return new Answer(question, reply.rule(), likeliest.getLabel(), likeliest.getProbability());
  }

  private InteractionEvent event(Question question) {
    return InteractionEvent.newBuilder()
        .setEventId("question")
        .setType("message_sent")
        .setUserId("new")
        .setOccurredAt(now.toEpochMilli())
        .setReceivedAt(now.toEpochMilli())
        .setChannel("web")
        .setLocale(question.locale())
        .setMessageSent(new MessageSent(question.text(), question.text().length()))
        .build();
  }
}
