package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.expression.Expressions;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.QuickReplyUsed;
import dev.attune.schemas.avro.SessionStarted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One experiment with two arms, and events for it. */
final class SimulatedExperiment {
  static final long HOUR = 3_600_000;
  static final long START = 1_700_000_000_000L;

  private static final AtomicInteger IDS = new AtomicInteger();

  private SimulatedExperiment() {}

  static FeatureSet features() {
    return FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", new Problems()));
  }

  static Experiments experiments(String metrics, String judge) {
    return experiments(metrics, judge, SessionPolicy.STANDARD.gap());
  }

  static Experiments experiments(String metrics, String judge, Duration sessionGap) {
    Problems problems = new Problems();
    String yaml =
        "metrics:\n"
            + metrics.indent(2)
            + "experiments:\n"
            + "  - id: e\n"
            + "    force: {tester: b}\n"
            + "    variants: [{name: a, weight: 0.5}, {name: b, weight: 0.5}]\n"
            + "    judge:\n"
            + judge.indent(6);
    Experiments experiments =
        Experiments.parse(
            YamlNode.parse("experiments.yaml", yaml, problems),
            List.of(),
            new Expressions(Map.of()),
            features(),
            sessionGap);
    problems.throwIfAny();
    return experiments;
  }

  static Decision decision(String user, String variant, long at) {
    return Decision.newBuilder()
        .setDecisionId("d-" + IDS.incrementAndGet())
        .setUserId(user)
        .setSlot("greeting")
        .setDecidedAt(at)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("hello")
        .setExperiment("e")
        .setVariant(variant)
        .setArmWeights(List.of(0.5, 0.5))
        .build();
  }

  static InteractionEvent event(String type, long at, Consumer<InteractionEvent.Builder> detail) {
    var builder =
        InteractionEvent.newBuilder()
            .setEventId("v-" + IDS.incrementAndGet())
            .setType(type)
            .setUserId("u")
            .setOccurredAt(at)
            .setReceivedAt(at);
    detail.accept(builder);
    return builder.build();
  }

  static InteractionEvent opened(long at) {
    return opened("i", at);
  }

  static InteractionEvent opened(String issue, long at) {
    return event("issue_opened", at, b -> b.setIssueOpened(new IssueOpened(issue, null)));
  }

  static InteractionEvent resolved(long at) {
    return resolved("i", at);
  }

  static InteractionEvent resolved(String issue, long at) {
    return event(
        "issue_resolved", at, b -> b.setIssueResolved(new IssueResolved(issue, null, null)));
  }

  static InteractionEvent answered(long at, double seconds, boolean automated) {
    return event("agent_replied", at, b -> b.setAgentReplied(new AgentReplied(seconds, automated)));
  }

  static InteractionEvent rated(long at, double score) {
    return event("feedback", at, b -> b.setFeedback(new Feedback("csat", score, null, null)));
  }

  static InteractionEvent wrote(long at) {
    return event("message_sent", at, b -> b.setMessageSent(new MessageSent("hi", 2)));
  }

  static InteractionEvent pressed(long at) {
    return event("quick_reply_used", at, b -> b.setQuickReplyUsed(new QuickReplyUsed("d", "x")));
  }

  static InteractionEvent came(long at) {
    return event("session_started", at, b -> b.setSessionStarted(new SessionStarted(null)));
  }
}
