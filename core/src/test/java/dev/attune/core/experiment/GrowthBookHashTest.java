package dev.attune.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.GrowthBookHash.Range;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values are those of the test cases that GrowthBook publishes for all its SDKs. */
class GrowthBookHashTest {
  @ParameterizedTest
  @CsvSource({
    "seed,a,0.0505",
    "seed,b,0.2696",
    "foo,ab,0.2575",
    "foo,def,0.2019",
    "89123klj,8952klfjas09ujkasdf,0.124",
    "90850943850283058242805,123,0.7516",
    "()**(%$##$%#$#,___)((*\":&,0.0128",
    "feature,123,0.5231"
  })
  void hashesAsVersion2(String seed, String value, double bucket) {
    assertThat(GrowthBookHash.bucket(seed, value)).isEqualTo(bucket);
  }

  @ParameterizedTest
  @CsvSource({
    "'',a,0.22",
    "'',b,0.077",
    "b,a,0.946",
    "ef,d,0.652",
    "asdf,8952klfjas09ujk,0.549",
    "'',123,0.011",
    "'',___)((*\":&,0.563"
  })
  void hashesAsVersion1(String seed, String value, double bucket) {
    assertThat(GrowthBookHash.bucketV1(seed, value)).isEqualTo(bucket);
  }

  @ParameterizedTest
  @CsvSource({
    "1,namespace1,0,0.4,false",
    "1,namespace1,0.4,1,true",
    "1,namespace2,0,0.4,false",
    "1,namespace2,0.4,1,true",
    "2,namespace1,0,0.4,false",
    "2,namespace1,0.4,1,true",
    "2,namespace2,0,0.4,false",
    "2,namespace2,0.4,1,true",
    "3,namespace1,0,0.4,false",
    "3,namespace1,0.4,1,true",
    "3,namespace2,0,0.4,true",
    "3,namespace2,0.4,1,false",
    "4,namespace1,0,0.4,false",
    "4,namespace1,0.4,1,true",
    "4,namespace2,0,0.4,true",
    "4,namespace2,0.4,1,false"
  })
  void placesUsersInNamespaces(String user, String name, double from, double to, boolean inside) {
    var namespace = new Experiment.Filter(name, 1, List.of(new GrowthBookHash.Range(from, to)));

    assertThat(namespace.holds(user)).isEqualTo(inside);
  }

  @Test
  void splitsTheLineByWeightsAndCoverage() {
    assertRanges(GrowthBookHash.ranges(2, 1), 0, 0.5, 0.5, 1);
    assertRanges(GrowthBookHash.ranges(2, 0.5), 0, 0.25, 0.5, 0.75);
    assertRanges(GrowthBookHash.ranges(2, 0), 0, 0, 0.5, 0.5);
    assertRanges(GrowthBookHash.ranges(4, 1), 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1);
    assertRanges(GrowthBookHash.ranges(2, 1, 0.4, 0.6), 0, 0.4, 0.4, 1);
    assertRanges(GrowthBookHash.ranges(3, 1, 0.2, 0.3, 0.5), 0, 0.2, 0.2, 0.5, 0.5, 1);
    assertRanges(GrowthBookHash.ranges(3, 0.2, 0.2, 0.3, 0.5), 0, 0.04, 0.2, 0.26, 0.5, 0.6);
    assertRanges(GrowthBookHash.ranges(2, -0.2), 0, 0, 0.5, 0.5);
    assertRanges(GrowthBookHash.ranges(2, 1.5), 0, 0.5, 0.5, 1);
    assertRanges(GrowthBookHash.ranges(2, 1, 0.4, 0.1), 0, 0.5, 0.5, 1);
    assertRanges(GrowthBookHash.ranges(2, 1, 0.7, 0.6), 0, 0.5, 0.5, 1);
    assertRanges(
        GrowthBookHash.ranges(4, 1, 0.4, 0.4, 0.2), 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1);
    assertRanges(GrowthBookHash.ranges(2, 1, 0.4, 0.5999), 0, 0.4, 0.4, 0.9999);
  }

  @ParameterizedTest
  @CsvSource({
    "0.2,0", "0.4,-1", "0.6,1", "0.8,-1", "0.25,-1", "0.5,1", "0,0",
  })
  void choosesTheRangeClosedBelowAndOpenAbove(double bucket, int index) {
    List<Range> reduced = List.of(new Range(0, 0.25), new Range(0.5, 0.75));

    assertThat(GrowthBookHash.choose(bucket, reduced)).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource({"0.2,0", "0.4,0", "0.6,1", "0.8,1", "0,0", "0.5,1"})
  void choosesAmongEvenRanges(double bucket, int index) {
    List<Range> even = List.of(new Range(0, 0.5), new Range(0.5, 1));

    assertThat(GrowthBookHash.choose(bucket, even)).isEqualTo(index);
  }

  @Test
  void skipsEmptyRanges() {
    List<Range> ranges = List.of(new Range(0, 0.5), new Range(0.5, 0.5), new Range(0.5, 1));

    assertThat(GrowthBookHash.choose(0.5, ranges)).isEqualTo(2);
  }

  private static void assertRanges(List<Range> ranges, double... bounds) {
    assertThat(ranges).hasSize(bounds.length / 2);
    for (int i = 0; i < ranges.size(); i++) {
      assertThat(ranges.get(i).from()).isCloseTo(bounds[2 * i], within(1e-12));
      assertThat(ranges.get(i).to()).isCloseTo(bounds[2 * i + 1], within(1e-12));
    }
  }
}
