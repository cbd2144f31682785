package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.attune.http.Problem;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document against what the code and the schemas do. It is written by hand: the one handler
 * works on raw bytes, and annotations could not tell what they are.
 */
class OpenApiTest {
  /** Set by the gateway, or no field of the JSON form. */
  private static final Set<String> NOT_SENT = Set.of("receivedAt", "properties", "user_erased");

  private final JsonNode document = read();
  private final JsonNode post = document.at("/paths/~1v1~1events/post");

  private static JsonNode read() {
    try {
      return JsonMapper.shared()
          .readTree(new ClassPathResource("openapi.json").getContentAsByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void listsEveryStatusAndCodeOfTheContract() {
    List<Problem> problems =
        List.of(
            Problem.malformed(""),
            Problem.unauthenticated(""),
            Problem.forbidden(""),
            Problem.notFound(""),
            Problem.requestTimeout(),
            Problem.tooLarge(""),
            Problem.uriTooLong(),
            Problem.headTooLarge(),
            Problem.unsupportedMediaType(""),
            Problem.rateLimited(Duration.ofSeconds(1)),
            Problem.unavailable(""));

    for (Problem problem : problems) {
      JsonNode response = post.path("responses").path(Integer.toString(problem.status()));
      JsonNode body = response.path("content").path("application/problem+json");
      assertThat(body.at("/schema/$ref").stringValue()).isEqualTo("#/components/schemas/Problem");
      JsonNode example = body.path("examples").path(problem.code()).path("value");
      assertThat(example.path("status").intValue()).isEqualTo(problem.status());
      assertThat(example.path("code").stringValue()).isEqualTo(problem.code());
      boolean retryable = problem.answer("/").headers().containsKey("Retry-After");
      assertThat(example.path("retryable").asBoolean(false)).isEqualTo(retryable);
      assertThat(response.path("headers").has("Retry-After")).isEqualTo(retryable);
      assertThat(texts(document.at("/components/schemas/Problem/properties/code/enum")))
          .contains(problem.code());
    }
    for (String answer : List.of("200", "207", "400")) {
      String schema =
          post.at("/responses/" + answer + "/content/application~1json/schema/$ref").stringValue();
      assertThat(schema).as(answer).isEqualTo("#/components/schemas/Answer");
    }
  }

  @Test
  void listsEveryBodyOfTheContract() {
    assertThat(post.at("/requestBody/content").propertyNames())
        .containsExactlyInAnyOrder(
            "application/json",
            "text/plain",
            "application/x-ndjson",
            "application/vnd.attune.events+avro");
  }

  @Test
  void knowsTheFieldsOfTheAvroSchemaAndNoOthers() {
    assertFields(InteractionEvent.getClassSchema(), document.at("/components/schemas/Event"));
    assertThat(texts(document.at("/components/schemas/Event/properties/type/enum")))
        .isEqualTo(details());
  }

  @Test
  void itsExamplesAreTakenAndKeepItsOwnSchema() {
    JsonNode examples = post.at("/requestBody/content/application~1json/examples");
    ObjectNode schema = JsonMapper.shared().createObjectNode();
    schema.put("$ref", "#/components/schemas/EventBatch");
    schema.set("components", document.path("components"));

    JsonNode batch = examples.path("batch").path("value");
    List<Error> errors =
        SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
            .getSchema(schema)
            .validate(batch);

    assertThat(errors).isEmpty();
    assertAccepted(EventJson.standard().readBody(bytes(batch.toString())), 2);
    assertAccepted(
        EventJson.standard().readBody(bytes(examples.at("/one event/value").toString())), 1);
    assertAccepted(
        EventJson.standard()
            .readBody(bytes(post.at("/requestBody/content/text~1plain/example").stringValue())),
        2);
    assertAccepted(
        EventJson.standard()
            .readLines(
                bytes(post.at("/requestBody/content/application~1x-ndjson/example").stringValue())),
        2);
  }

  @Test
  void suggestsUuidsOfVersion7() {
    JsonNode id = document.at("/components/schemas/Event/properties/eventId");

    assertThat(id.path("description").stringValue()).contains("UUIDv7");
    assertThat(id.path("maxLength").intValue()).isEqualTo(64);
  }

  private static void assertFields(Schema record, JsonNode object) {
    Set<String> expected = new TreeSet<>();
    for (Schema.Field field : record.getFields()) {
      if (!NOT_SENT.contains(field.name()) || record.getName().equals("Custom")) {
        expected.add(field.name());
        Schema type = nonNull(field.schema());
        if (type.getType() == Schema.Type.RECORD) {
          assertFields(type, object.path("properties").path(field.name()));
        }
      }
    }
    assertThat(new TreeSet<>(object.path("properties").propertyNames()))
        .as(record.getName())
        .isEqualTo(expected);
  }

  private static List<String> details() {
    return InteractionEvent.getClassSchema().getFields().stream()
        .filter(f -> nonNull(f.schema()).getType() == Schema.Type.RECORD)
        .map(Schema.Field::name)
        .filter(name -> !name.equals("context") && !NOT_SENT.contains(name))
        .toList();
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }

  private static void assertAccepted(ParsedBody body, int events) {
    assertThat(body).isInstanceOf(ParsedBody.Events.class);
    assertThat(((ParsedBody.Events) body).events())
        .hasSize(events)
        .allMatch(ParsedEvent.Valid.class::isInstance);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.stringValue()));
    return texts;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
