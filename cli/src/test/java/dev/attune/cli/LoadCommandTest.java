package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.training.UserFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadCommandTest {
  @Test
  void tellsAMissedObjective() {
    assertThatThrownBy(() -> LoadCommand.check(3))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("an objective was missed");
    assertThatCode(() -> LoadCommand.check(0)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 137})
  void whatElseEndsLocustIsNoMissedObjective(int status) {
    assertThatThrownBy(() -> LoadCommand.check(status))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("Locust failed (status %d)", status);
  }
}
