package dev.attune.core.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SupportPlaybookTest {
  private final Playbook playbook = Playbook.load(Path.of("../playbooks/support"));

  @Test
  void loads() {
    assertThat(playbook.name()).isEqualTo("support");
    assertThat(playbook.features().columns()).hasSizeGreaterThanOrEqualTo(15);
    assertThat(playbook.segments().names()).contains("frustrated", "returning", "browsing");
  }

  @Test
  void countsClicksUnderTheAgreedName() {
    assertThat(playbook.features().columns())
        .filteredOn(c -> c.name().contains("click"))
        .extracting(FeatureColumn::name, FeatureColumn::kind)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("clicks_24h", ColumnKind.NUMBER));
  }
}
