package dev.attune.responses.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void countsRepliesBySlotAndReason() {
    var meters = new ReplyMeters(registry);
    Playbook support = Playbook.load(Path.of("../playbooks/support"));
    var engine =
        new ReplyEngine(
            support.replies(), support.experiments(), support.features(), Duration.ofHours(24));
    var request = new ReplyRequest("u", null, "reply", null, Map.of(), null, null, null);
    Reply reply = engine.reply(request, new PredictionLookup.Nothing(), true, Instant.EPOCH);

    meters.replied("reply", reply);
    meters.replied("reply", reply);

    assertThat(
            registry
                .get("attune.replies")
                .tags("slot", "reply", "reason", "no_prediction", "personalized", "false")
                .counter()
                .count())
        .isEqualTo(2);
  }

  @Test
  void timesRequestsUnderSpringsName() {
    new ReplyMeters(registry).answered(200, 1_000_000);

    assertThat(
            registry
                .get("http.server.requests")
                .tags("uri", "/v1/responses", "status", "200", "outcome", "SUCCESS")
                .timer()
                .count())
        .isEqualTo(1);
  }
}
