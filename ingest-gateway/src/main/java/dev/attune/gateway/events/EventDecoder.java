package dev.attune.gateway.events;

import dev.attune.http.Problem;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Picks the reader that a body's Content-Type asks for. */
@Component
final class EventDecoder {
  private final EventJson json;
  private final AvroBatchReader avro;

  EventDecoder(BodySettings settings, AvroBatchReader avro) {
    this.json = new EventJson(settings.eventLimits());
    this.avro = avro;
  }

  /** Whether reading such a body may wait for the schema registry. */
  boolean mayWait(@Nullable String contentType, @Nullable String schemaId) {
    return contentType != null
        && schemaId != null
        && plainType(contentType).equals(AvroBatchReader.CONTENT_TYPE)
        && mustBeAsked(schemaId);
  }

  private boolean mustBeAsked(String schemaId) {
    try {
      return !avro.knows(Integer.parseInt(schemaId.strip()));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * @throws Problem {@code unsupported_media_type}, {@code unavailable}
   */
  DecodedBatch decode(@Nullable String contentType, @Nullable String schemaId, byte[] body) {
    String type = contentType == null ? "" : plainType(contentType);
    return switch (type) {
      case "application/json", "text/plain" -> text(json.readBody(body), type, body);
      case "application/x-ndjson" -> text(json.readLines(body), type, body);
      case AvroBatchReader.CONTENT_TYPE -> avro(schemaId, body);
      default ->
          throw Problem.unsupportedMediaType(
              "Content-Type is application/json, text/plain, application/x-ndjson or "
                  + AvroBatchReader.CONTENT_TYPE
                  + ".");
    };
  }

  private DecodedBatch avro(@Nullable String schemaId, byte[] body) {
    try {
      return avro.read(body, schemaId == null ? null : Integer.valueOf(schemaId.strip()));
    } catch (NumberFormatException e) {
      Malformed problem = new Malformed("Attune-Schema-Id is a number");
      return new DecodedBatch(
          problem, AvroBatchReader.CONTENT_TYPE, index -> new Original.Text(body));
    } catch (RegistryException.Unavailable e) {
      throw Problem.unavailable("The schema registry is down.");
    }
  }

  private static DecodedBatch text(ParsedBody parsed, String type, byte[] body) {
    List<ParsedEvent> events = parsed instanceof Events e ? e.events() : List.of();
    return new DecodedBatch(
        parsed,
        type,
        index ->
            new Original.Text(
                Arrays.copyOfRange(body, events.get(index).start(), events.get(index).end())));
  }

  /** Without parameters: JSON is UTF-8 whatever a charset says. */
  private static String plainType(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
