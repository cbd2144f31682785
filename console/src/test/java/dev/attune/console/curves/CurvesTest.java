package dev.attune.console.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurvesTest {
  private static final Duration STEP = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void aRestartGoesOn() {
    Curves<Temperature> before = curves();
    before.add("c", Temperature.at(100));
    before.add("c", Temperature.at(120));
    before.save();

    Curves<Temperature> after = curves();

    assertThat(after.curve("c").orElseThrow())
        .isEqualTo(before.curve("c").orElseThrow())
        .satisfies(curve -> assertThat(curve.points()).hasSize(2));
    assertThat(after.isDue("c", 129)).isFalse();
    assertThat(after.isDue("c", 130)).isTrue();
    assertThat(after.isDue("other", 0)).isTrue();
  }

  @Test
  void anotherSubjectIsAnotherCurve() {
    Curves<Temperature> curves = Curves.in("p", "", Temperature.class, STEP);
    for (long at = 0; at < 10_000; at += 10) {
      curves.add("c", Temperature.at(at));
    }
    assertThat(curves.curve("c").orElseThrow().stepSeconds()).isGreaterThan(10);
    var other = new Temperature(10_000, "cellar", 12);

    curves.add("c", other);

    assertThat(curves.curve("c")).contains(new Curve<>("c", 10, List.of(other)));
  }

  @Test
  void whatIsNoMoreIsForgotten() {
    Curves<Temperature> curves = curves();
    curves.add("gone", Temperature.at(100));
    curves.add("kept", Temperature.at(100));

    assertThat(curves.keepOnly(List.of("kept", "new"))).isTrue();
    assertThat(curves.keepOnly(List.of("kept", "new"))).isFalse();

    assertThat(curves.curve("gone")).isEmpty();
    assertThat(curves.curve("kept")).isPresent();
  }

  @Test
  void ofManyTheNewestAreKept() {
    Curves<Temperature> curves = curves();
    curves.add("old", Temperature.at(100));
    curves.add("revived", Temperature.at(90));
    curves.add("newest", Temperature.at(300));
    curves.add("revived", Temperature.at(200));

    curves.keepNewest(2);

    assertThat(curves.curve("old")).isEmpty();
    assertThat(curves.curve("revived")).isPresent();
    assertThat(curves.curve("newest")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[{}]",
        "[null]",
        "[{\"name\": \"c\", \"stepSeconds\": 10, \"points\": []}]",
        "[{\"name\": \"c\", \"stepSeconds\": 10, \"points\": [null]}]",
        "[{\"name\": \"c\", \"stepSeconds\": 0, \"points\": [{\"at\": 1, \"degrees\": 2}]}]",
        "[{\"stepSeconds\": 10, \"points\": [{\"at\": 1, \"degrees\": 2}]}]"
      })
  void aFileThatCannotBeReadIsBegunAnew(String content) throws Exception {
    Files.writeString(file(), content);

    Curves<Temperature> curves = curves();
    assertThat(curves.isDue("c", 100)).isTrue();
    curves.add("c", Temperature.at(100));
    curves.save();

    assertThat(curves().curve("c").orElseThrow().points()).hasSize(1);
  }

  @Test
  void aFolderThatCannotBeMadeStopsTheStart() throws Exception {
    Files.writeString(folder.resolve("no-folder"), "");
    String file = folder.resolve("no-folder/curves").toString();

    assertThatThrownBy(() -> Curves.in("attune.its.file", file, Temperature.class, STEP))
        .hasMessageContaining("attune.its.file");
  }

  private Curves<Temperature> curves() {
    return Curves.in("attune.its.file", file().toString(), Temperature.class, STEP);
  }

  private Path file() {
    return folder.resolve("curves.json");
  }
}
