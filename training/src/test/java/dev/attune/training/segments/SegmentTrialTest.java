package dev.attune.training.segments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTrialTest {
  private static final String FEATURES = "features: {clicks: {count: clicked}}";
  private int ids;

  private static Playbook playbook(Path dir, String segments) throws IOException {
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("features.yaml"), FEATURES);
    Files.writeString(dir.resolve("segments.yaml"), segments);
    return Playbook.load(dir);
  }

  private InteractionEvent click(String user) {
    return InteractionEvent.newBuilder()
        .setEventId("e" + ids++)
        .setUserId(user)
        .setType("clicked")
        .setOccurredAt(1_000_000 + ids)
        .setReceivedAt(1_000_000 + ids)
        .setClicked(new Clicked("x", null))
        .build();
  }

  @Test
  void showsWhoWouldMove(@TempDir Path home) throws IOException {
    var used =
        playbook(
            home.resolve("used"),
            "segments: {keen: {enter: clicks >= 2}, old: {enter: clicks >= 1}}");
    var edited =
        playbook(
            home.resolve("edited"),
            "segments: {keen: {enter: clicks >= 3}, calm: {enter: clicks < 2}}");
    SegmentTrial trial = new SegmentTrial(used, edited);

    for (String user : new String[] {"one", "two", "two", "three", "three", "three"}) {
      trial.accept(click(user));
    }

    assertThat(trial.users()).isEqualTo(3);
    assertThat(trial.moves())
        .extracting(SegmentTrial.Move::segment)
        .containsExactly("keen", "calm", "old");
    SegmentTrial.Move keen = trial.moves().getFirst();
    assertThat(keen.before()).containsExactly("three", "two");
    assertThat(keen.after()).containsExactly("three");
    assertThat(keen.leaving()).containsExactly("two");
    assertThat(keen.entering()).isEmpty();
    assertThat(trial.moves().get(1).entering()).containsExactly("one");
    assertThat(trial.moves().get(2).leaving()).containsExactly("one", "three", "two");
  }
}
