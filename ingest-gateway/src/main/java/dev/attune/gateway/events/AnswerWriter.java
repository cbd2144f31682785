package dev.attune.gateway.events;

import dev.attune.gateway.events.Answer.Receipt;
import dev.attune.gateway.events.Answer.Rejected;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a receipt as the contract has it. */
final class AnswerWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private AnswerWriter() {}

  static void write(Receipt receipt, HttpServletResponse response) throws IOException {
    byte[] body = body(receipt);
    response.setStatus(receipt.status());
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static byte[] body(Receipt receipt) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeNumberProperty("accepted", receipt.accepted());
      json.writeName("rejected");
      json.writeStartArray();
      receipt.rejected().forEach(event -> rejected(event, json));
      json.writeEndArray();
      json.writeName("tokens");
      json.writeStartObject();
      receipt.tokens().forEach(json::writeStringProperty);
      json.writeEndObject();
      json.writeEndObject();
    }
    return out.toByteArray();
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
