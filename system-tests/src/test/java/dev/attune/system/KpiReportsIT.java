package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.local.client.ResponsesClient.Question;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a conversation's events to its KPIs, through every process. */
class KpiReportsIT {
  /** No other test speaks in it, so its row is this conversation's alone. */
  private static final String CHANNEL = "voice";

  private static final Duration ISSUE = Duration.ofMinutes(10);

  private final RunningStack stack = RunningStack.shared();
  private final Instant end = Instant.now();

  @Test
  void aConversationCountsOnceInEveryFigure() {
    List<String> conversation = conversation("kpi-caller");
    stack.gateway.send(conversation);
    // a repeated delivery counts nothing twice
    stack.gateway.send(conversation);

    Eventually.holds("the conversation is counted", () -> isComplete(row()));

    JsonNode row = row();
    assertThat(row.path("visits").asLong()).isEqualTo(1);
    assertThat(row.path("engagement"))
        .isEqualTo(
            json(
                """
                {"conversations": 1, "messagesPerConversation": 2.0, "quickReplyShare": 1.0,
                 "assistedShare": 1.0, "agentRepliesPerConversation": 1.0}
                """));
    assertThat(row.path("handling"))
        .isEqualTo(
            json(
                """
                {"totalSeconds": 42.5, "secondsPerConversation": 42.5, "secondsPerAssisted": 42.5}
                """));
    assertThat(row.path("csat"))
        .isEqualTo(json("{\"ratings\": 1, \"mean\": 4.5, \"satisfiedShare\": 1.0}"));
    JsonNode resolution = row.path("resolution");
    assertThat(resolution.path("opened").asLong()).isEqualTo(1);
    assertThat(resolution.path("resolved").asLong()).isEqualTo(1);
    assertThat(resolution.path("open").asLong()).isZero();
    assertThat(resolution.path("openByAge").isEmpty()).isTrue();
    assertThat(resolution.path("medianSeconds").asDouble())
        .isCloseTo(ISSUE.toSeconds(), within(ISSUE.toSeconds() * 0.01));
  }

  private List<String> conversation(String user) {
    String decision =
        stack
            .responses
            .ask(new Question(user, user + "-session", "greeting", "en-US", null, 0))
            .decisionId();
    Instant start = end.minus(ISSUE);
    return List.of(
        Events.past(CHANNEL, user, "session_started", start, "{}"),
        Events.past(CHANNEL, user, "issue_opened", start, "{\"issueId\":\"kpi-1\"}"),
        Events.past(
            CHANNEL, user, "message_sent", start.plusSeconds(60), "{\"text\":\"my refund\"}"),
        Events.past(
            CHANNEL,
            user,
            "quick_reply_used",
            start.plusSeconds(90),
            "{\"decisionId\":\"" + decision + "\",\"value\":\"refund\"}"),
        Events.past(CHANNEL, user, "agent_replied", start.plusSeconds(120), "{\"automated\":true}"),
        Events.past(
            CHANNEL,
            user,
            "agent_replied",
            start.plusSeconds(180),
            "{\"automated\":false,\"responseSeconds\":42.5}"),
        Events.past(
            CHANNEL, user, "message_sent", start.plusSeconds(240), "{\"text\":\"thank you\"}"),
        Events.past(CHANNEL, user, "issue_resolved", end, "{\"issueId\":\"kpi-1\"}"),
        Events.past(CHANNEL, user, "feedback", end, "{\"kind\":\"csat\",\"score\":4.5}"),
        Events.past(CHANNEL, user, "session_ended", end, "{}"));
  }

  /** Session and issue are counted by themselves. */
  private static boolean isComplete(JsonNode row) {
    return row.path("visits").asLong() > 0 && row.path("resolution").path("resolved").asLong() > 0;
  }

  /** Of the days around, since the conversation may begin before midnight and end after it. */
  private JsonNode row() {
    LocalDate today = LocalDate.ofInstant(end, ZoneOffset.UTC);
    JsonNode report = stack.responses.kpis("channel", today.minusDays(1), today);
    for (JsonNode row : report.path("rows")) {
      if (row.path("value").asString().equals(CHANNEL)) {
        return row;
      }
    }
    return json("{}");
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
