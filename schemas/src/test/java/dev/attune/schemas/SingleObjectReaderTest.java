package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

class SingleObjectReaderTest {
  private static final Schema SCHEMA = StoredPrediction.getClassSchema();

  private final BinaryMessageDecoder<StoredPrediction> decoder =
      new BinaryMessageDecoder<>(GeneratedRecords.model(), SCHEMA);
  private final SingleObjectReader<StoredPrediction> reader =
      new SingleObjectReader<>(SCHEMA, decoder);

  @Test
  void readsWhatWasWritten() {
    byte[] bytes = SingleObject.write(prediction(), StoredPrediction.getEncoder());

    assertThat(reader.read(bytes)).isEqualTo(prediction());
  }

  @Test
  void readsBytesOfAnOlderSchemaWithDefaults() {
    Schema older = without("arms");
    GenericRecord written = new GenericData.Record(older);
    older.getFields().forEach(f -> written.put(f.name(), prediction().get(f.name())));
    byte[] bytes =
        SingleObject.write(written, new BinaryMessageEncoder<>(GenericData.get(), older));
    decoder.addSchema(older);

    StoredPrediction read = reader.read(bytes);

    assertThat(read.getArms()).isEmpty();
    assertThat(read.getVector()).isEqualTo(prediction().getVector());
  }

  @Test
  void refusesWhatIsNoSuchRecord() {
    byte[] whole = SingleObject.write(prediction(), StoredPrediction.getEncoder());
    byte[] other =
        SingleObject.write(
            new SegmentChange("u-1", "frustrated", "entered", 0, 0, 1L, 1L, 1L),
            SegmentChange.getEncoder());

    for (byte[] bytes : List.of(new byte[0], new byte[] {1}, Arrays.copyOf(whole, 30), other)) {
      assertThatThrownBy(() -> reader.read(bytes)).isInstanceOf(UncheckedIOException.class);
    }
  }

  private static Schema without(String field) {
    List<Schema.Field> fields =
        SCHEMA.getFields().stream()
            .filter(f -> !f.name().equals(field))
            .map(f -> new Schema.Field(f, f.schema()))
            .toList();
    return Schema.createRecord(SCHEMA.getName(), null, SCHEMA.getNamespace(), false, fields);
  }

  private static StoredPrediction prediction() {
    return StoredPrediction.newBuilder()
        .setPartition(3)
        .setOffset(1523)
        .setOccurredAt(1_767_323_045_678L)
        .setReceivedAt(1_767_323_045_679L)
        .setPredictedAt(1_767_323_045_680L)
        .setModelName("intent")
        .setModelVersion("2026-01-02.1")
        .setProbabilities(
            List.of(new LabelProbability("refund", 0.9f), new LabelProbability("other", 0.1f)))
        .setVector(
            new FeatureVector(
                "features-1",
                List.of(1.5, Double.NaN),
                Arrays.asList("web", null),
                List.of(),
                null))
        .setSegments(List.of("frustrated"))
        .setArms(Map.of("personalized-greeting", "treatment"))
        .build();
  }
}
