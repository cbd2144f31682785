package dev.attune.gateway.events;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.attune.core.privacy.Masking;
import dev.attune.gateway.access.Caller;
import dev.attune.gateway.events.IngestAnswer.Rejected;
import dev.attune.gateway.kafka.DeadLetters;
import dev.attune.gateway.kafka.EventEncoder;
import dev.attune.gateway.privacy.ConsentFilter;
import dev.attune.gateway.privacy.EventMasking;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventRules;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes the dead letters of a batch: one an event, with what it came as, masked. The user's key
 * stands beside it unmasked, since two users with the same mask would become one. Without consent
 * nothing of an event is kept, and of a caller that must prove its user nothing whose user is not
 * known.
 */
@Component
final class DeadLetterWriter {
  private static final String SOURCE = "ingest-gateway";

  /**
   * So much is kept of a text, twice what an event may have: what is longer is no event that
   * somebody corrects, and to mask a megabyte takes a hundred milliseconds.
   */
  private static final int MOST_CHARS = 64 * 1024;

  private static final int MOST_ID_CHARS = 1024;

  /**
   * What is kept of an event.
   *
   * @param cut whether it is the beginning only
   */
  private record Kept(byte[] bytes, boolean cut) {}

  /** In a line that is no JSON: whose it is has to be known when the user is erased. */
  private static final Pattern USER = Pattern.compile("\"userId\"\\s*:\\s*\"([^\"\\\\]+)\"");

  private final DeadLetters topic;
  private final ConsentFilter consent;
  private final EventMasking masking;
  private final EventEncoder encoder;

  DeadLetterWriter(
      DeadLetters topic, ConsentFilter consent, EventMasking masking, EventEncoder encoder) {
    this.topic = topic;
    this.consent = consent;
    this.masking = masking;
    this.encoder = encoder;
  }

  void write(Caller caller, DecodedBatch decoded, List<Rejected> rejected, long receivedAt) {
    if (rejected.isEmpty()) {
      return;
    }
    String request = SOURCE + ":" + UUID.randomUUID() + ":";
    for (Rejected event : rejected) {
      Original source = decoded.originals().apply(event.index());
      Kept kept = kept(source, event);
      if (kept == null || !caller.speaksFor(parsedUser(decoded, event.index()))) {
        topic.withhold();
      } else {
        topic.write(
            request + event.index(), letter(caller, decoded, event, source, receivedAt, kept));
      }
    }
  }

  private DeadLetter letter(
      Caller caller,
      DecodedBatch decoded,
      Rejected event,
      Original source,
      long receivedAt,
      Kept kept) {
    Masking texts = masking.texts();
    String userId = key(userId(decoded, event.index(), source));
    return DeadLetter.newBuilder()
        .setSource(SOURCE)
        .setCode(event.code())
        // names of unknown fields are the client's
        .setField(event.field() == null ? null : texts.text(event.field()))
        .setDetail(kept.cut() ? event.detail() + " Its beginning is kept." : event.detail())
        .setReceivedAt(receivedAt)
        .setEventId(key(event.eventId()))
        .setUserId(userId)
        .setKey(userId == null ? null : ByteBuffer.wrap(userId.getBytes(StandardCharsets.UTF_8)))
        .setIndex(event.index())
        .setContentType(decoded.contentType())
        .setSourceKey(caller.name())
        .setSchemaId(schemaId(source, kept.bytes()))
        .setOriginal(ByteBuffer.wrap(kept.bytes()))
        .setMasked(true)
        .build();
  }

  private static @Nullable Integer schemaId(Original source, byte[] original) {
    return switch (source) {
      case Original.Text _ -> null;
      case Original.Avro _ -> WireFormat.schemaId(original);
    };
  }

  /** An id as it is; the beginning of what is no id, as any text. */
  private @Nullable String key(@Nullable String id) {
    return id == null || EventRules.isIdentifier(id) ? id : masking.beginning(id, MOST_ID_CHARS);
  }

  private static @Nullable String userId(DecodedBatch decoded, int index, Original source) {
    String parsed = parsedUser(decoded, index);
    return parsed == null ? written(source) : parsed;
  }

  private static @Nullable String parsedUser(DecodedBatch decoded, int index) {
    if (!(decoded.body() instanceof Events batch)) {
      return null;
    }
    return switch (batch.events().get(index)) {
      case ParsedEvent.Invalid invalid -> invalid.userId();
      case ParsedEvent.Valid valid -> valid.event().getUserId();
    };
  }

  private static @Nullable String written(Original original) {
    return switch (original) {
      case Original.Text(byte[] bytes) -> {
        Matcher user = USER.matcher(new String(bytes, StandardCharsets.UTF_8));
        yield user.find() ? user.group(1) : null;
      }
      case Original.Avro _ -> null;
    };
  }

  /** Null when it must not be kept. */
  private @Nullable Kept kept(Original original, Rejected event) {
    return switch (original) {
      case Original.Text(byte[] bytes) -> text(bytes, event.code());
      case Original.Avro(InteractionEvent record) -> avro(record);
    };
  }

  private @Nullable Kept text(byte[] bytes, String code) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!consent.allowsKeeping(text)) {
      return null;
    }
    if (text.length() > MOST_CHARS) {
      String beginning = masking.beginning(text, MOST_CHARS);
      return new Kept(beginning.getBytes(StandardCharsets.UTF_8), true);
    }
    String masked =
        code.equals(EventError.MALFORMED)
            ? masking.texts().brokenJson(text)
            : masking.texts().json(text);
    // bytes that are no UTF-8 stay as they are when nothing was masked
    return new Kept(masked.equals(text) ? bytes : masked.getBytes(StandardCharsets.UTF_8), false);
  }

  private @Nullable Kept avro(InteractionEvent record) {
    if (!consent.allowsKeeping(record)) {
      return null;
    }
    boolean cut = masking.refused(record, MOST_CHARS);
    record.setUserId(key(record.getUserId()));
    record.setEventId(key(record.getEventId()));
    if (record.getSessionId() != null) {
      record.setSessionId(key(record.getSessionId()));
    }
    return new Kept(encoder.encode(record), cut);
  }
}
