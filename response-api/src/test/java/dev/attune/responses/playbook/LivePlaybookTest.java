package dev.attune.responses.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.core.reply.StoreAnswer;
import dev.attune.responses.reply.ReplySettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePlaybookTest {

  private final Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LivePlaybook playbook;

  LivePlaybookTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    write("features.yaml", "features:\n  clicks: {count: clicked, window: 24h}\n");
    write("responses.yaml", responses("Hello!"));
    this.playbook =
        new LivePlaybook(Playbook.load(folder), new ReplySettings(Duration.ofHours(24), 0), meters);
  }

  @Test
  void takesOverAWholePlaybook() throws IOException {
    write("responses.yaml", responses("Good day to you!"));

    playbook.look();

    assertThat(said()).isEqualTo("Good day to you!");
    assertThat(playbook.isBehind()).isFalse();
  }

  @Test
  void neverServesABrokenOneAndTakesTheRepairedOne() throws IOException {
    ReplyEngine before = playbook.engine();
    write("responses.yaml", responses("Hello {{nobody}}, here is a longer text"));

    playbook.look();

    assertThat(playbook.engine()).isSameAs(before);
    assertThat(said()).isEqualTo("Hello!");
    assertThat(playbook.isBehind()).isTrue();
    assertThat(meters.counter("attune.playbook.refused").count()).isEqualTo(1);
    playbook.look();
    assertThat(meters.counter("attune.playbook.refused").count()).isEqualTo(1);

    write("responses.yaml", responses("Repaired, and with other words"));
    playbook.look();
    assertThat(said()).isEqualTo("Repaired, and with other words");
  }

  @Test
  void refusesOtherFeaturesWhichEveryServiceCountsBy() throws IOException {
    write("features.yaml", "features:\n  clicks_more: {count: clicked, window: 1h}\n");
    write("responses.yaml", responses("Changed together with the features"));

    playbook.look();

    assertThat(said()).isEqualTo("Hello!");
    assertThat(playbook.isBehind()).isTrue();
  }

  private String said() {
    var request = new ReplyRequest("u", null, "greeting", "en", Map.of(), null, null, null);
    return playbook.engine().reply(request, new StoreAnswer.Nothing(), true, Instant.EPOCH).text();
  }

  private static String responses(String text) {
    return "slots:\n  greeting:\n    generic: {text: \"%s\"}\n".formatted(text);
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }
}
