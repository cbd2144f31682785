package dev.attune.responses.label;

import dev.attune.kafka.audit.Actor;
import dev.attune.responses.audit.Audit;
import dev.attune.responses.topic.RequestWriter;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.PersonLabel;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gives a message its label, or takes it back: first in {@code audit}, then for every replica. */
@Component
class Labels {
  private final Audit audit;
  private final RequestWriter writer;
  private final LabelLog log;
  private final String topic;
  private final Clock clock;

  Labels(Audit audit, RequestWriter writer, LabelLog log, Topics topics, Clock clock) {
    this.audit = audit;
    this.writer = writer;
    this.log = log;
    this.topic = topics.labels();
    this.clock = clock;
  }

  /** Null when it was taken back. */
  @Nullable PersonLabel take(LabelRequest.Checked said, Actor actor) {
    String id = said.eventId();
    PersonLabel label =
        said.label() == null ? null : new PersonLabel(id, said.label(), clock.millis());
    audit.allow(actor, "message_labelled", "event:" + id, detail(log.of(id), said.label()));
    var unused = writer.write(topic, id, label, "The label");
    return label;
  }

  private static String detail(@Nullable PersonLabel before, @Nullable String after) {
    return "before: "
        + (before == null ? "none" : before.getLabel())
        + "; after: "
        + (after == null ? "none" : after);
  }
}
