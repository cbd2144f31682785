package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.EventBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * SDKs of several versions beside each other, each writing by the schema that it was built with.
 */
class SchemaEvolutionIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String AVRO = "application/vnd.attune.events+avro";

  private static Gateway gateway;

  @BeforeAll
  static void start() {
    gateway = Gateway.start(Infra.shared());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void takesOlderAndNewerSdksSideBySide() throws IOException {
    String older = post(without("locale"));
    String current = post(EventBatch.getClassSchema());
    String newer = post(with("mood", "{'type':['null','string'],'default':null}"));

    assertThat(List.of(older, current, newer))
        .allSatisfy(
            id ->
                assertThat(gateway.stored(e -> e.getEventId().equals(id)).value().getUserId())
                    .isEqualTo("u-versions"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'type':'string'}", "{'type':['null','int'],'default':null}"})
  void refusesBytesThatDoNotFitTheSchemaTheyName(String field) throws IOException {
    Schema writer = with("mood", field);
    int current = register(EventBatch.getClassSchema());

    HttpResponse<String> answer =
        gateway.post(AVRO, batch(writer, id()), "Attune-Schema-Id", Integer.toString(current));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("code").stringValue()).isEqualTo("malformed");
  }

  private String post(Schema writer) throws IOException {
    String id = id();
    HttpResponse<String> answer =
        gateway.post(
            AVRO, batch(writer, id), "Attune-Schema-Id", Integer.toString(register(writer)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return id;
  }

  private int register(Schema batch) {
    String subject = Topics.subject(gateway.topics().prefix() + "event-batch");
    return gateway.registry().register(subject, batch);
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  /** A batch of one click, with every field that the writer knows beyond ours filled in. */
  private static byte[] batch(Schema writer, String id) throws IOException {
    Schema event = writer.getField("events").schema().getElementType();
    Schema clicked = event.getField("clicked").schema().getTypes().getLast();
    var record =
        new GenericRecordBuilder(event)
            .set("eventId", id)
            .set("type", "clicked")
            .set("userId", "u-versions")
            .set("occurredAt", 0L)
            .set("clicked", new GenericRecordBuilder(clicked).set("element", "#a").build());
    if (event.getField("mood") != null) {
      boolean text = event.getField("mood").schema().toString().contains("string");
      record.set("mood", text ? "curious" : Integer.valueOf(7));
    }
    GenericRecord batch =
        new GenericRecordBuilder(writer).set("events", List.of(record.build())).build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(writer).write(batch, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static Schema with(String name, String field) {
    JsonNode batch = JSON.readTree(EventBatch.getClassSchema().toString());
    var added = JSON.readTree(field.replace('\'', '"')).asObject().put("name", name);
    fields(batch).insert(3, added);
    return new Schema.Parser().parse(batch.toString());
  }

  private static Schema without(String name) {
    JsonNode batch = JSON.readTree(EventBatch.getClassSchema().toString());
    ArrayNode fields = fields(batch);
    for (int i = fields.size() - 1; i >= 0; i--) {
      if (fields.get(i).path("name").stringValue().equals(name)) {
        fields.remove(i);
      }
    }
    return new Schema.Parser().parse(batch.toString());
  }

  /** The fields of the event inside the batch's schema. */
  private static ArrayNode fields(JsonNode batch) {
    return batch.path("fields").get(1).path("type").path("items").path("fields").asArray();
  }
}
