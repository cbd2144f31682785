package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.LabelProbability;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the people of the support team read. */
class ExplanationTest {
  @Test
  void tellsTheWholeStoryInOrder() {
    Decision decision = decision("rule:order-status");
    decision.setRule("order-status");
    decision.setModelName("intent");
    decision.setModelVersion("7");
    decision.setProbabilities(
        List.of(new LabelProbability("refund", 0.826f), new LabelProbability("other", 0.174f)));
    decision.setAgeMs(1_500L);
    decision.setSegments(List.of("vip", "new"));
    decision.setExperiment("welcome");
    decision.setVariant("short");
    decision.setCaughtUp(false);

    assertThat(Explanation.of(decision))
        .containsExactly(
            "Model intent 7 expected `refund` (83 %), as of an event received 1 s before.",
            "The user was in: vip, new.",
            "In the experiment `welcome` the user belongs to `short`.",
            "`order-status` was the first rule of slot `greeting` to hold, so `t` was said.",
            "The event that was asked for was not yet included when the wait was over.");
  }

  @Test
  void leavesOutWhatThereWasNot() {
    Decision decision = decision("default");
    for (Boolean caughtUp : new Boolean[] {true, null}) {
      decision.setCaughtUp(caughtUp);

      assertThat(Explanation.of(decision))
          .containsExactly(
              "No prediction was at hand.",
              "No rule of slot `greeting` held, so the generic reply was given.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store_unavailable | The prediction store did not answer in time",
        "no_prediction | Nothing was known of the user",
        "stale | What was known was too old",
        "log_full | Decisions could not be recorded",
        "control_group | That arm is not personalized",
        "template_error | A rule held, but its text could not be filled",
        "default | No rule of slot `greeting` held",
      })
  void everyReasonOfAGenericReplySaysSo(String reason, String says) {
    assertThat(Explanation.of(decision(reason)).getLast())
        .startsWith(says)
        .endsWith("so the generic reply was given.");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, 0 ms",
        "999, 999 ms",
        "1000, 1 s",
        "119999, 119 s",
        "120000, 2 min",
        "3600000, 60 min"
      })
  void agesAreToldInTheUnitThatFits(@Nullable Long ms, String age) {
    Decision decision = decision("default");
    decision.setProbabilities(List.of(new LabelProbability("refund", 1f)));
    decision.setAgeMs(ms);

    assertThat(Explanation.of(decision).getFirst())
        .endsWith("(100 %), as of an event received " + age + " before.");
  }

  private static Decision decision(String reason) {
    return Decision.newBuilder()
        .setDecisionId("d")
        .setUserId("u")
        .setSlot("greeting")
        .setDecidedAt(1)
        .setPersonalized(false)
        .setReason(reason)
        .setTemplateId("t")
        .setText("hello")
        .build();
  }
}
