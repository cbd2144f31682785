package dev.attune.gateway.events;

import dev.attune.gateway.events.IngestAnswer.Rejected;
import dev.attune.gateway.events.IngestAnswer.Warning;
import dev.attune.http.HttpAnswer;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the answer as the contract has it. */
final class IngestAnswerJson {
  private static final JsonFactory JSON = new JsonFactory();

  private IngestAnswerJson() {}

  static HttpAnswer answer(IngestAnswer answer) {
    return HttpAnswer.of(answer.status(), "application/json", body(answer));
  }

  private static byte[] body(IngestAnswer answer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeNumberProperty("accepted", answer.accepted());
      json.writeName("rejected");
      json.writeStartArray();
      answer.rejected().forEach(event -> rejected(event, json));
      json.writeEndArray();
      json.writeName("tokens");
      json.writeStartObject();
      answer.tokens().forEach(json::writeStringProperty);
      json.writeEndObject();
      if (!answer.warnings().isEmpty()) {
        json.writeName("warnings");
        json.writeStartArray();
        answer.warnings().forEach(warning -> warning(warning, json));
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void warning(Warning warning, JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("index", warning.index());
    json.writeStringProperty("eventId", warning.eventId());
    json.writeStringProperty("code", warning.code());
    json.writeStringProperty("field", warning.field());
    json.writeStringProperty("detail", warning.detail());
    json.writeEndObject();
  }

  private static void rejected(Rejected event, JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("index", event.index());
    if (event.eventId() != null) {
      json.writeStringProperty("eventId", event.eventId());
    }
    json.writeStringProperty("code", event.code());
    if (event.field() != null) {
      json.writeStringProperty("field", event.field());
    }
    json.writeStringProperty("detail", event.detail());
    json.writeEndObject();
  }
}
