package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.plan.Metric;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.ArmResult;
import dev.attune.schemas.avro.ExperimentResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

/** Rows of experiment-sums, those of the first release among them. */
class StoredRowsTest {
  private static final String RELEASED = "/released/0.1.0/ExperimentResult.avsc";

  @Test
  void readsARowOfTheFirstRelease() throws IOException {
    ResultSums sums = new ResultSums("e");
    sums.add(read(oldRow()));

    assertThat(sums.exposed()).isEqualTo(4);
    // values 1, 2, 3 and 6 with covariates 0, 0, 1 and 1
    var handling = sums.metric("a", "handling").sums;
    assertThat(handling.users()).isEqualTo(4);
    assertThat(handling.ratio()).isEqualTo(3);
    assertThat(handling.products().yy()).isCloseTo(14, within(1e-12));
    assertThat(handling.products().xy()).isCloseTo(3, within(1e-12));
  }

  @Test
  void addsToAnOldRowAndReadsItBack() throws IOException {
    ResultSums sums = new ResultSums("e");
    sums.add(read(oldRow()));
    var metric = sums.metric("a", "handling");
    metric.add(8, 1, 1);

    ResultSums again = new ResultSums("e");
    again.add(read(SingleObject.write(sums.toAvro(0, 1), ExperimentResult.getEncoder())));

    var read = again.metric("a", "handling").sums;
    assertThat(read).isEqualTo(metric.sums);
    assertThat(read.products().yy()).isCloseTo(34, within(1e-12));
    var written = sums.toAvro(0, 1).getArms().getFirst().getMetrics().getFirst();
    assertThat(written.getYy()).as("what the first release reads").isEqualTo(114);
  }

  /** Its users' probabilities are not known: they count as if they had been the arms' shares. */
  @Test
  void usersOfTheFirstReleaseAreWeighedByTheirArmsShare() throws IOException {
    ResultSums sums = new ResultSums("e");
    ExperimentResult row = read(oldRow());
    ArmResult other = ArmResult.newBuilder(row.getArms().getFirst()).setVariant("b").build();
    other.setExposed(12);
    row.setArms(List.of(row.getArms().getFirst(), other));
    sums.add(row);

    assertThat(sums.metric("a", "handling").weighted.once().weight()).isEqualTo(4 * 4.0);
    assertThat(sums.metric("b", "handling").weighted.once().weight())
        .isCloseTo(4 * 16 / 12.0, within(1e-12));
  }

  @Test
  void timesAndTheirCountsAddUpOverPartitions() {
    Metric metric =
        SimulatedExperiment.experiments("m: {kind: resolution_time, window: 24h}", "goal: m")
            .plan("e")
            .metrics()
            .getFirst();
    ResultSums all = new ResultSums("e");
    ResultSums whole = new ResultSums("e");
    for (int partition = 0; partition < 3; partition++) {
      ResultSums part = new ResultSums("e");
      for (int i = 0; i < 40; i++) {
        double seconds = 60.0 * (1 + partition + i);
        var entry = new MetricTally.Entry(seconds, 1, seconds, i % 4 != 0);
        for (ResultSums sums : List.of(all, part)) {
          sums.add(new ClosedWindow("e", "a", metric, 0, 0.5, List.of(), entry));
          sums.add(new UserExposures.Finished("e", "a", i < 4));
        }
      }
      whole.add(read(SingleObject.write(part.toAvro(0, 1), ExperimentResult.getEncoder())));
    }

    var added = whole.metric("a", "m");
    assertThat(added.happened.counts()).isEqualTo(all.metric("a", "m").happened.counts());
    assertThat(added.open.counts()).isEqualTo(all.metric("a", "m").open.counts()).isNotEmpty();
    assertThat(whole.arm("a").finished).isEqualTo(120);
    assertThat(whole.arm("a").silent).isEqualTo(12);
  }

  private static ExperimentResult read(byte[] row) {
    return SingleObject.read(row, SingleObject.decoder(ExperimentResult.getClassSchema()));
  }

  private static byte[] oldRow() throws IOException {
    Schema released;
    try (InputStream file = ExperimentResult.class.getResourceAsStream(RELEASED)) {
      released = new Schema.Parser().parse(Objects.requireNonNull(file));
    }
    Schema armSchema = released.getField("arms").schema().getElementType();
    Schema metricSchema = armSchema.getField("metrics").schema().getElementType();
    Schema eraSchema = released.getField("eras").schema().getElementType();
    GenericRecord metric =
        record(
            metricSchema,
            Map.of(
                "metric",
                "handling",
                "users",
                4L,
                "y",
                12.0,
                "d",
                4.0,
                "x",
                2.0,
                "yy",
                50.0,
                "dd",
                4.0,
                "xx",
                2.0,
                "yd",
                12.0),
            Map.of("xy", 9.0, "xd", 2.0));
    GenericRecord arm =
        record(
            armSchema,
            Map.of("variant", "a", "exposed", 4L, "finished", 4L, "silent", 0L),
            Map.of("metrics", List.of(metric)));
    GenericRecord era =
        record(eraSchema, Map.of("weights", List.of(0.5, 0.5)), Map.of("users", Map.of("a", 4L)));
    GenericRecord row =
        record(
            released,
            Map.of("experiment", "e", "partition", 0, "updatedAt", 1L),
            Map.of(
                "firstExposureAt",
                1L,
                "lastExposureAt",
                2L,
                "eras",
                List.of(era),
                "arms",
                List.of(arm)));
    return SingleObject.write(row, new BinaryMessageEncoder<>(GenericData.get(), released));
  }

  private static GenericRecord record(
      Schema schema, Map<String, Object> fields, Map<String, Object> more) {
    var builder = new GenericRecordBuilder(schema);
    fields.forEach(builder::set);
    more.forEach(builder::set);
    return builder.build();
  }
}
