package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row's segments are the same whoever reads the row: live, later from the state, from Avro. */
class RowSegmentsTest {
  private static final Playbook SUPPORT = Playbook.load(Path.of("../playbooks/support"));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aRowThatIsReadLaterHasTheSegmentsOfItsEvent(long seed) {
    var run = new Run(SUPPORT.features(), SUPPORT.segments(), SUPPORT.sessions());
    var seen = new TreeSet<String>();

    for (InteractionEvent event : new RandomLife(seed).events(400)) {
      UserUpdate step = run.apply(event);

      assertThat(step.row().memberships())
          .isEqualTo(SUPPORT.segments().memberships(step.segments()));
      assertThat(run.read()).isEqualTo(step.row());
      assertThat(FeatureRow.fromAvro(step.row().toAvro())).isEqualTo(step.row());
      seen.addAll(step.segments());
    }

    assertThat(seen).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8})
  void underChangedConditionsARowHasTheSegmentsOfThose(long seed) {
    var run = new Run(SUPPORT.features(), SUPPORT.segments(), SUPPORT.sessions());
    run.with(new RandomLife(seed).events(200));
    SegmentSet changed = segments("everybody: {enter: page_views_7d >= 0}, nobody: {enter: false}");
    var engine = new UserEngine(SUPPORT.features(), changed, SUPPORT.sessions());

    UserState state = run.state();
    Memberships read =
        Objects.requireNonNull(engine.read(state, state.newestMillis()).memberships());

    assertThat(read.definitions()).isEqualTo(changed.definitions());
    assertThat(read.members()).containsExactly(true, false);
  }

  @ParameterizedTest
  @ValueSource(longs = 9)
  void aVectorOfAnEarlierVersionSaysNothingOfSegments(long seed) {
    var run = new Run(SUPPORT.features(), SUPPORT.segments(), SUPPORT.sessions());
    run.with(new RandomLife(seed).events(20));

    FeatureVector vector = run.read().toAvro();
    vector.setMemberships(null);

    FeatureRow row = FeatureRow.fromAvro(vector);
    assertThat(row.memberships()).isNull();
    assertThat(row).isNotEqualTo(run.read());
    assertThat(row.with(run.read().memberships())).isEqualTo(run.read());
    assertThat(Arrays.asList(row, row.with(null))).containsOnly(row);
  }

  private static SegmentSet segments(String yaml) {
    var problems = new Problems();
    SegmentSet segments =
        SegmentSet.parse(
            YamlNode.parse("segments.yaml", "segments: {" + yaml + "}", problems),
            SUPPORT.features());
    problems.throwIfAny();
    return segments;
  }
}
