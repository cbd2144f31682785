package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Infra;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code GET /v1/playbook}: what is in force, and what of it has spoken. */
class PlaybookIT {
  @Test
  void tellsWhatIsInForceAndWhichRulesHaveSpoken() {
    try (Service service = Service.start(Infra.shared(), "it-playbook.").ready();
        Predictions predictions = new Predictions(Infra.shared().redisUri())) {
      String user = service.userIn("treatment");
      predictions.put(user, 0, 1, "refund", 0.9f);
      List<String> reasons =
          List.of(user, user, "nobody of the playbook").stream()
              .map(who -> service.reply(who, "reply").path("reason").asString())
              .toList();
      assertThat(reasons).containsExactly("rule:refund", "rule:refund", "no_prediction");

      JsonNode body = Service.json(service.get("/v1/playbook"));

      assertThat(body.path("name").asString()).isEqualTo("support");
      assertThat(body.path("features").toString())
          .contains("{\"name\":\"clicks_24h\",\"kind\":\"number\"}");
      assertThat(body.path("segments").valueStream().map(one -> one.path("segment").asString()))
          .contains("frustrated", "returning");
      assertThat(body.at("/segments/0/enter").asString()).isNotEmpty();
      assertThat(body.at("/segments/0/leave").asString()).isNotEmpty();
      JsonNode slot =
          body.path("slots")
              .valueStream()
              .filter(one -> one.path("slot").asString().equals("reply"))
              .findFirst()
              .orElseThrow();
      JsonNode refund =
          slot.path("rules")
              .valueStream()
              .filter(one -> one.path("rule").asString().equals("refund"))
              .findFirst()
              .orElseThrow();
      assertThat(refund.path("replies").asInt()).isEqualTo(2);
      assertThat(refund.path("when").asString()).contains("refund");
      assertThat(refund.path("text").asString()).isNotEmpty();
      assertThat(slot.path("genericText").asString()).isNotEmpty();
      assertThat(slot.path("rules").toString()).contains("\"replies\":0");
      assertThat(slot.at("/generic/no_prediction").asInt()).isEqualTo(1);
      assertThat(body.path("refused").isEmpty()).isTrue();
    }
  }
}
