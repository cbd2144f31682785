package dev.attune.schemas.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the registry enforces at run time, enforced by the build: FULL_TRANSITIVE. */
class SchemaCompatibilityTest {
  static Stream<Schema> current() {
    return Stream.concat(
        Topics.standard().schemas().values().stream(),
        Stream.of(EventBatch.getClassSchema(), StoredPrediction.getClassSchema()));
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyReleasedVersionReadsAndIsReadByTheCurrentOne(Schema current) throws IOException {
    ReleasedSchemas.all()
        .forEach(
            (version, schemas) -> {
              Schema released = schemas.get(current.getFullName());
              if (released != null) {
                assertThat(isFullyCompatible(current, released))
                    .as("%s against release %s", current.getName(), version)
                    .isTrue();
              }
            });
  }

  @Test
  void everyWireRecordHasAReleasedSnapshot() throws IOException {
    Set<String> released = new HashSet<>();
    ReleasedSchemas.all().values().forEach(schemas -> released.addAll(schemas.keySet()));

    assertThat(current().map(Schema::getFullName)).allMatch(released::contains);
  }

  @ParameterizedTest
  @MethodSource("current")
  void usesNoEnumsAndNoUnionsButNullable(Schema schema) {
    assertThat(offences(schema, new HashSet<>())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"segment\",\"type\":\"int\"}",
        "{\"name\":\"renamed\",\"type\":\"string\"}",
        "{\"name\":\"segment\",\"type\":\"string\"},{\"name\":\"added\",\"type\":\"int\"}"
      })
  void noticesIncompatibleChanges(String replacement) {
    String segment = "{\"name\":\"segment\",\"type\":\"string\"}";
    String released = plain(SegmentChange.getClassSchema());
    assertThat(released).contains(segment);

    Schema changed = new Schema.Parser().parse(released.replace(segment, replacement));

    assertThat(isFullyCompatible(changed, SegmentChange.getClassSchema())).isFalse();
  }

  @Test
  void noticesEnumsAndUnions() {
    Schema bad =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"R","fields":[
                  {"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},
                  {"name":"u","type":["null","int","string"],"default":null},
                  {"name":"d","type":["null","int"]}]}
                """);

    assertThat(offences(bad, new HashSet<>())).containsExactly("R.e", "R.u", "R.d");
  }

  private static boolean isFullyCompatible(Schema a, Schema b) {
    return reads(a, b) && reads(b, a);
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  /** The fields that could not be changed later without breaking a reader. */
  private static List<String> offences(Schema record, Set<String> seen) {
    if (!seen.add(record.getFullName())) {
      return List.of();
    }
    return record.getFields().stream()
        .flatMap(
            field ->
                isOffence(field)
                    ? Stream.of(record.getName() + "." + field.name())
                    : records(field.schema()).flatMap(inner -> offences(inner, seen).stream()))
        .toList();
  }

  private static boolean isOffence(Schema.Field field) {
    Schema schema = field.schema();
    boolean nullableWithoutDefault =
        schema.isUnion() && !JsonProperties.NULL_VALUE.equals(field.defaultVal());
    return nullableWithoutDefault || isForbidden(schema);
  }

  private static boolean isForbidden(Schema schema) {
    return switch (schema.getType()) {
      case ENUM -> true;
      case UNION ->
          schema.getTypes().size() != 2
              || schema.getTypes().getFirst().getType() != Schema.Type.NULL
              || isForbidden(schema.getTypes().getLast());
      case ARRAY -> isForbidden(schema.getElementType());
      case MAP -> isForbidden(schema.getValueType());
      default -> false;
    };
  }

  private static Stream<Schema> records(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> Stream.of(schema);
      case UNION -> schema.getTypes().stream().flatMap(SchemaCompatibilityTest::records);
      case ARRAY -> records(schema.getElementType());
      case MAP -> records(schema.getValueType());
      default -> Stream.empty();
    };
  }

  private static String plain(Schema schema) {
    return schema
        .toString()
        .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"");
  }
}
