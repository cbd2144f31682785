package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example chatbot's own texts. */
class SupportRepliesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T11:00:00Z");

  private final Playbook playbook = Playbook.load(Path.of("../playbooks/support"));
  private final ReplyEngine engine =
      new ReplyEngine(
          playbook.replies(), playbook.experiments(), playbook.features(), Duration.ofHours(24));

  @ParameterizedTest
  @CsvSource({"greeting", "suggestion", "reply", "handoff"})
  void hasAGenericReplyInEverySlotAndLocale(String slot) {
    for (String locale : List.of("en-GB", "es-MX", "fr")) {
      Reply reply =
          engine.reply(
              ask("u-1", slot, locale, Map.of()), new PredictionLookup.Nothing(), true, NOW);

      assertThat(reply.reason()).isEqualTo("no_prediction");
      assertThat(reply.message().text()).isNotBlank().doesNotContain("{{");
      assertThat(reply.assignment()).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "order_status,rule:order-status",
    "refund,rule:refund",
    "shipping,rule:shipping",
    "product_question,rule:product-question",
    "account,rule:account",
    "payment,rule:payment",
    "unheard_of,default"
  })
  void speaksToWhatTheCustomerCameFor(String label, String reason) {
    for (String slot : List.of("greeting", "suggestion", "reply")) {
      Reply reply =
          engine.reply(
              ask(inArm("treatment"), slot, "es-ES", Map.of("name", "Ada")),
              held(label, 0.8),
              true,
              NOW);

      assertThat(reply.reason()).isEqualTo(reason);
      assertThat(reply.personalized()).isEqualTo(!reason.equals("default"));
    }
  }

  @Test
  void keepsTheControlGroupGeneric() {
    Reply reply =
        engine.reply(
            ask(inArm("control"), "greeting", "en", Map.of()), held("refund", 0.8), true, NOW);

    assertThat(reply.reason()).isEqualTo("control_group");
    assertThat(reply.personalized()).isFalse();
  }

  private String inArm(String variant) {
    for (int i = 0; ; i++) {
      Reply reply =
          engine.reply(
              ask("u-" + i, "greeting", "en", Map.of()), new PredictionLookup.Nothing(), true, NOW);
      if (reply.assignment() != null && reply.assignment().variant().equals(variant)) {
        return "u-" + i;
      }
    }
  }

  private static ReplyRequest ask(
      String user, String slot, String locale, Map<String, String> variables) {
    return new ReplyRequest(user, null, slot, locale, variables, null, null, null);
  }

  private static PredictionLookup held(String label, double probability) {
    StoredPrediction prediction = ReplyBooks.prediction(label, probability, NOW.toEpochMilli());
    prediction.setProbabilities(List.of(new LabelProbability(label, (float) probability)));
    prediction.setVector(new FeatureVector("another", List.of(), List.of(), List.of(), null));
    return new PredictionLookup.Held(prediction);
  }
}
