package dev.attune.schemas.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in a store is read by the version that comes after the one that wrote it. */
class ReleasedRowsTest {
  static List<Schema> stored() {
    return List.of(
        ExperimentResult.getClassSchema(),
        Kpi.getClassSchema(),
        RecentUser.getClassSchema(),
        StoredPrediction.getClassSchema());
  }

  @ParameterizedTest
  @MethodSource("stored")
  void areReadInEachReleasedVersion(Schema present) throws IOException {
    for (var version : ReleasedSchemas.all().entrySet()) {
      Schema released = Objects.requireNonNull(version.getValue().get(present.getFullName()));
      Object written = value(released);
      byte[] row =
          SingleObject.write(written, new BinaryMessageEncoder<>(GenericData.get(), released));

      SpecificRecord read = SingleObject.read(row, SingleObject.decoder(present));

      assertThat(read.getSchema()).isEqualTo(present);
      String first = released.getFields().getFirst().name();
      assertThat(read.get(present.getField(first).pos()))
          .as("%s of %s", first, version.getKey())
          .hasToString(String.valueOf(((IndexedRecord) written).get(0)));
    }
  }

  private static Object value(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> {
        var record = new GenericData.Record(schema);
        schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
        yield record;
      }
      case ARRAY -> List.of(value(schema.getElementType()));
      case MAP -> Map.of("key", value(schema.getValueType()));
      case UNION -> value(schema.getTypes().getLast());
      case STRING -> "text";
      case INT -> 7;
      case LONG -> 7L;
      case FLOAT -> 7f;
      case DOUBLE -> 7d;
      case BOOLEAN -> true;
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }
}
