package dev.attune.console.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectHistoryTest {
  @TempDir private Path folder;

  @Test
  void aRestartGoesOn() {
    EffectHistory before = history();
    before.add("e", point(100));
    before.add("e", point(120));
    before.save();

    EffectHistory after = history();

    assertThat(after.curve("e").orElseThrow())
        .isEqualTo(before.curve("e").orElseThrow())
        .satisfies(curve -> assertThat(curve.points()).hasSize(2));
    assertThat(after.isDue("e", 129)).isFalse();
    assertThat(after.isDue("e", 130)).isTrue();
    assertThat(after.isDue("other", 0)).isTrue();
  }

  @Test
  void whatIsNoMoreIsForgotten() {
    EffectHistory history = history();
    history.add("gone", point(100));
    history.add("kept", point(100));

    assertThat(history.keepOnly(List.of("kept", "new"))).isTrue();
    assertThat(history.keepOnly(List.of("kept", "new"))).isFalse();

    assertThat(history.curve("gone")).isEmpty();
    assertThat(history.curve("kept")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[{}]",
        "[null]",
        "[{\"experiment\": \"e\", \"points\": []}]",
        "[{\"experiment\": \"e\", \"metric\": \"m\", \"stepSeconds\": 10, \"points\": []}]"
      })
  void aFileThatCannotBeReadIsBegunAnew(String content) throws Exception {
    Files.writeString(file(), content);

    EffectHistory history = history();
    assertThat(history.isDue("e", 100)).isTrue();
    history.add("e", point(100));
    history.save();

    assertThat(history().curve("e").orElseThrow().points()).hasSize(1);
  }

  @Test
  void aFolderThatCannotBeMadeStopsTheStart() throws Exception {
    Files.writeString(folder.resolve("no-folder"), "");

    assertThatThrownBy(() -> EffectHistory.in(folder.resolve("no-folder/effects").toString()))
        .hasMessageContaining("attune.console.effects.file");
  }

  private EffectHistory history() {
    return EffectHistory.in(file().toString());
  }

  private Path file() {
    return folder.resolve("effects.json");
  }

  private static EffectPoint point(long at) {
    return new EffectPoint(at, "goal", List.of(new ArmEffect("treatment", 0.25, -0.5, 1e-3)));
  }
}
