package dev.attune.gateway.events;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.events.IngestAnswer.Rejected;
import dev.attune.gateway.kafka.DeadLetters;
import dev.attune.gateway.privacy.Masking;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes the dead letters of a batch: one an event, with its own bytes, masked where text. */
@Component
final class DeadLetterWriter {
  private static final String SOURCE = "ingest-gateway";

  private final DeadLetters topic;
  private final Masking masking;

  DeadLetterWriter(DeadLetters topic, Masking masking) {
    this.topic = topic;
    this.masking = masking;
  }

  void write(Caller caller, DecodedBatch decoded, List<Rejected> rejected, long receivedAt) {
    if (rejected.isEmpty()) {
      return;
    }
    String request = SOURCE + ":" + UUID.randomUUID() + ":";
    for (Rejected event : rejected) {
      topic.write(request + event.index(), letter(caller, decoded, event, receivedAt));
    }
  }

  private DeadLetter letter(Caller caller, DecodedBatch decoded, Rejected event, long receivedAt) {
    byte[] original = decoded.originals().apply(event.index());
    return DeadLetter.newBuilder()
        .setSource(SOURCE)
        .setCode(event.code())
        .setField(event.field())
        .setDetail(event.detail())
        .setReceivedAt(receivedAt)
        .setEventId(event.eventId())
        .setUserId(userId(decoded, event.index()))
        .setIndex(event.index())
        .setContentType(decoded.contentType())
        .setSourceKey(caller.name())
        .setSchemaId(decoded.text() ? null : WireFormat.schemaId(original))
        .setOriginal(ByteBuffer.wrap(decoded.text() ? masked(original) : original))
        .setMasked(decoded.text())
        .build();
  }

  private static @Nullable String userId(DecodedBatch decoded, int index) {
    if (!(decoded.body() instanceof Events batch)) {
      return null;
    }
    return switch (batch.events().get(index)) {
      case ParsedEvent.Invalid invalid -> invalid.userId();
      case ParsedEvent.Valid valid -> valid.event().getUserId();
    };
  }

  private byte[] masked(byte[] original) {
    String text = new String(original, StandardCharsets.UTF_8);
    String masked = masking.json(text);
    // bytes that are no UTF-8 stay as they are when nothing was masked
    return masked.equals(text) ? original : masked.getBytes(StandardCharsets.UTF_8);
  }
}
