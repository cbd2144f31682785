package dev.attune.gateway.events;

import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.EventRules;
import dev.attune.schemas.json.EventTimes;
import dev.attune.schemas.json.MessageLength;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedBody.TooMany;
import dev.attune.schemas.json.ParsedEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads binary {@code EventBatch} bodies, of the current schema or of one that the registry knows.
 * Clients name schemas, they never send them.
 */
@Component
final class AvroBatchReader {
  private static final String NOT_A_BATCH = "expected an Avro EventBatch of the named schema";

  static final String CONTENT_TYPE = "application/vnd.attune.events+avro";

  private final SchemaRegistryClient registry;
  private final int maxEvents;
  private final int maxEventBytes;
  private final EventJson json;
  private final DatumReader<EventBatch> current =
      new SpecificDatumReader<>(EventBatch.getClassSchema());
  private final Map<Integer, DatumReader<EventBatch>> readers = new ConcurrentHashMap<>();

  AvroBatchReader(SchemaRegistryClient registry, BodySettings settings) {
    this.registry = registry;
    this.maxEvents = settings.maxEvents();
    this.maxEventBytes = (int) settings.maxEvent().toBytes();
    this.json = new EventJson(settings.eventLimits());
    AvroLimits.set(settings);
  }

  /** Whether bodies of this schema are read without asking the registry. */
  boolean knows(int schemaId) {
    return readers.containsKey(schemaId);
  }

  /**
   * @param schemaId the registry's id of the writer's schema, null for the current one
   * @throws RegistryException.Unavailable when the registry is away
   */
  DecodedBatch read(byte[] body, @Nullable Integer schemaId) {
    DatumReader<EventBatch> reader = schemaId == null ? current : reader(schemaId);
    if (reader == null) {
      return decoded(
          new Malformed("Attune-Schema-Id names no EventBatch schema of the registry"), List.of());
    }
    return decode(reader, body);
  }

  private DecodedBatch decode(DatumReader<EventBatch> reader, byte[] body) {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(body, null);
    try {
      EventBatch batch = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        return decoded(new Malformed(NOT_A_BATCH), List.of());
      }
      List<InteractionEvent> events = batch.getEvents();
      return decoded(
          events.size() > maxEvents
              ? new TooMany(maxEvents)
              : new Events(batch.getSentAt(), events.stream().map(this::parsed).toList()),
          events);
    } catch (SystemLimitException e) {
      return decoded(new TooMany(maxEvents), List.of());
    } catch (IOException
        | AvroRuntimeException
        | UnsupportedOperationException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | ClassCastException e) {
      // what Avro's decoder throws at bytes that are no such record
      return decoded(new Malformed(NOT_A_BATCH), List.of());
    }
  }

  private static DecodedBatch decoded(ParsedBody body, List<InteractionEvent> events) {
    return new DecodedBatch(body, CONTENT_TYPE, index -> new Original.Avro(events.get(index)));
  }

  private @Nullable DatumReader<EventBatch> reader(int id) {
    DatumReader<EventBatch> known = readers.get(id);
    if (known != null) {
      return known;
    }
    Schema writer;
    try {
      writer = registry.byId(id);
    } catch (RegistryException.Refused e) {
      return null;
    }
    if (!isBatch(writer)) {
      return null;
    }
    DatumReader<EventBatch> reader = new SpecificDatumReader<>(writer, EventBatch.getClassSchema());
    readers.put(id, reader);
    return reader;
  }

  private static boolean isBatch(Schema writer) {
    Schema reader = EventBatch.getClassSchema();
    return writer.getFullName().equals(reader.getFullName())
        && SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
            == SchemaCompatibilityType.COMPATIBLE;
  }

  private ParsedEvent parsed(InteractionEvent event) {
    // what is too large is refused here, as in JSON: to mask it would take long
    boolean tooLarge = EncodedSize.of(event) > maxEventBytes;
    // Avro has no "absent" for a long; nobody means the first millisecond of 1970
    if (event.getOccurredAt() == 0) {
      event.setOccurredAt(EventTimes.NOT_GIVEN);
    }
    MessageLength.fill(event);
    EventError error = EventRules.check(event);
    if (error == null) {
      error = tooLarge ? tooLarge() : json.checkProperties(event);
    }
    return error == null
        ? new ParsedEvent.Valid(event, 0, 0)
        : new ParsedEvent.Invalid(error, event.getEventId(), event.getUserId(), 0, 0);
  }

  private EventError tooLarge() {
    String detail = "expected at most " + maxEventBytes + " bytes";
    return new EventError(EventError.TOO_LARGE, null, detail);
  }
}
