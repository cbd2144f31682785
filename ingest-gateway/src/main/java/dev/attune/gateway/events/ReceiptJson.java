package dev.attune.gateway.events;

import dev.attune.gateway.events.Receipt.Rejected;
import dev.attune.http.HttpAnswer;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a receipt as the contract has it. */
final class ReceiptJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ReceiptJson() {}

  static HttpAnswer answer(Receipt receipt) {
    return HttpAnswer.of(receipt.status(), "application/json", body(receipt));
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
