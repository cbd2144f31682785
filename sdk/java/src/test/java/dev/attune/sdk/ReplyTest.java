package dev.attune.sdk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplyTest {
  private static final Path DOCUMENT =
      Path.of("../../response-api/src/main/resources/openapi.json");

  @Test
  void readsEveryField() {
    Reply reply =
        reply(
            "{'decisionId':'d-1','text':'Hello','templateId':'t','personalized':true,"
                + "'reason':'rule:r','experiment':'e','variant':'v','segments':['new'],"
                + "'quickReplies':[{'label':'Track it','value':'track'}],"
                + "'handoff':{'to':'billing','note':null},"
                + "'intent':{'label':'refund','probability':0.75},"
                + "'model':{'name':'intent','version':'7'},"
                + "'freshness':{'eventToken':'3-7','caughtUp':true,'ageMs':12}}");

    assertThat(reply.quickReplies()).extracting(Reply.QuickReply::value).containsExactly("track");
    assertThat(reply.quickReplies().get(0).label()).isEqualTo("Track it");
    assertThat(reply.handoff().map(Reply.Handoff::to)).hasValue("billing");
    assertThat(reply.handoff().flatMap(Reply.Handoff::note)).isEmpty();
    assertThat(reply.intent().map(Reply.Intent::label)).hasValue("refund");
    assertThat(reply.intent().map(Reply.Intent::probability)).hasValue(0.75);
    assertThat(reply.model().map(model -> model.name() + model.version())).hasValue("intent7");
    assertThat(reply.freshness().map(Reply.Freshness::ageMs)).hasValue(12L);
    assertThat(reply.freshness().map(Reply.Freshness::caughtUp)).hasValue(true);
    assertThat(reply.freshness().map(Reply.Freshness::eventToken)).hasValue("3-7");
    assertThat(reply.freshness().flatMap(Reply.Freshness::warning)).isEmpty();
    assertThat(reply.experiment()).hasValue("e");
    assertThat(reply.variant()).hasValue("v");
    assertThat(reply.segments()).containsExactly("new");
    assertThat(reply.templateId()).isEqualTo("t");
  }

  @Test
  void aGenericReplyHasNeitherPredictionNorHandoff() {
    Reply reply = reply("{'decisionId':'d-1','text':'Hello','quickReplies':[]}");

    assertThat(reply.intent()).isEmpty();
    assertThat(reply.handoff()).isEmpty();
    assertThat(reply.freshness()).isEmpty();
    assertThat(reply.segments()).isEmpty();
    assertThat(reply.personalized()).isFalse();
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of("ReplyBody", Reply.class),
        Arguments.of("QuickReply", Reply.QuickReply.class),
        Arguments.of("Handoff", Reply.Handoff.class),
        Arguments.of("Intent", Reply.Intent.class),
        Arguments.of("Model", Reply.Model.class),
        Arguments.of("ReplyFreshness", Reply.Freshness.class));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void hasAMethodForEveryPropertyOfTheDocument(String schema, Class<?> shape) throws IOException {
    JsonNode described =
        JsonMapper.builder()
            .build()
            .readTree(Files.readString(DOCUMENT))
            .at("/components/schemas/" + schema);
    Set<String> always = new HashSet<>();
    described.path("required").forEach(name -> always.add(name.asString()));
    Map<String, Class<?>> methods =
        Stream.of(shape.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .filter(method -> !method.getName().equals("fields"))
            .collect(Collectors.toMap(Method::getName, Method::getReturnType));

    assertThat(methods.keySet())
        .containsExactlyInAnyOrderElementsOf(described.path("properties").propertyNames());
    methods.forEach(
        (name, type) ->
            assertThat(type)
                .as(name)
                .isEqualTo(
                    returned(described.path("properties").path(name), always.contains(name))));
  }

  /** What a property's accessor returns; lists are empty in place of being absent. */
  private static @Nullable Class<?> returned(JsonNode property, boolean always) {
    String type = property.path("type").asString("");
    if (type.equals("array")) {
      return List.class;
    }
    if (!always || property.path("type").isArray()) {
      return Optional.class;
    }
    Map<String, Class<?>> plain =
        Map.of(
            "string", String.class,
            "boolean", boolean.class,
            "integer", long.class,
            "number", double.class);
    return plain.get(type);
  }

  private static Reply reply(String json) {
    Map<String, @Nullable Object> fields = new HashMap<>();
    ((Map<?, ?>) requireNonNull(Json.read(json.replace('\'', '"'))))
        .forEach((name, value) -> fields.put(String.valueOf(name), value));
    return new Reply(fields);
  }
}
