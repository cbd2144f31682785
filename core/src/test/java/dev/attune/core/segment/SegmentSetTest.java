package dev.attune.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Memberships;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentSetTest {
  private static final String LOYAL = "{enter: visits >= 3, leave: visits < 1}";

  @Test
  void aDefinitionIsItsNameAndItsConditions() {
    String id = id("loyal: " + LOYAL);

    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(id("loyal: {leave: visits < 1, enter: visits >= 3, description: likes us}"))
        .isEqualTo(id);
    assertThat(id("faithful: " + LOYAL)).isNotEqualTo(id);
    assertThat(id("loyal: {enter: visits >= 4, leave: visits < 1}")).isNotEqualTo(id);
    assertThat(id("loyal: {enter: visits >= 3, leave: visits < 2}")).isNotEqualTo(id);
    assertThat(id("loyal: {enter: visits < 1, leave: visits >= 3}")).isNotEqualTo(id);
  }

  @Test
  void withoutAConditionToLeaveItIsTheOppositeThatIsDefined() {
    assertThat(id("loyal: {enter: visits >= 3}"))
        .isEqualTo(id("loyal: {enter: visits >= 3, leave: '!(visits >= 3)'}"));
  }

  @Test
  void othersMayComeAndGo() {
    SegmentSet one = segments("loyal: " + LOYAL);
    SegmentSet two = segments("new: {enter: visits < 1}, loyal: " + LOYAL);

    assertThat(two.names()).containsExactly("new", "loyal");
    assertThat(two.definitions()).hasSize(2).containsAll(one.definitions());
    assertThat(two.definitionsByName()).containsEntry("loyal", one.definitions().getFirst());
  }

  @Test
  void membershipsAreInTheOrderOfThePlaybook() {
    SegmentSet two = segments("new: {enter: visits < 1}, loyal: " + LOYAL);

    Memberships memberships = two.memberships(List.of("loyal", "gone"));

    assertThat(memberships.definitions()).isEqualTo(two.definitions());
    assertThat(memberships.members()).containsExactly(false, true);
  }

  private static String id(String segment) {
    return segments(segment).definitions().getFirst();
  }

  private static SegmentSet segments(String yaml) {
    var problems = new Problems();
    FeatureSet features =
        FeatureSet.parse(
            YamlNode.parse("features.yaml", "features: {visits: {count: session}}", problems));
    SegmentSet segments =
        SegmentSet.parse(
            YamlNode.parse("segments.yaml", "segments: {" + yaml + "}", problems), features);
    problems.throwIfAny();
    return segments;
  }
}
