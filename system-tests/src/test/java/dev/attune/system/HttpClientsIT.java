package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The curl and Python parts of {@code docs/http-clients.md}, run as they stand. */
class HttpClientsIT {
  private final StackSettings settings = RunningStack.shared().settings();

  @Test
  void theCurlSamplesWork() throws IOException {
    assumeTrue(Shell.has("curl") && Shell.has("openssl"), "needs curl and openssl");

    List<Shell.Result> results =
        samples("bash").stream()
            .map(sample -> Shell.run(List.of("bash", "-euo", "pipefail", "-c", sample)))
            .toList();

    assertThat(results).hasSize(4).allMatch(result -> result.exit() == 0);
    assertThat(results.get(0).output()).contains("\"accepted\":1", "\"rejected\":[]", "\"curl\":");
    assertThat(results.get(1).output()).contains("\"accepted\":3", "\"rejected\":[]");
    assertThat(results.get(2).output()).contains("\"decisionId\":", "\"text\":");
    assertThat(results.get(3).output()).contains("\"decisionId\":", "\"text\":");
    assertThat(RawTopic.values(settings.bootstrapServers(), events(), "curl")).hasSize(4);
  }

  @Test
  void thePythonSampleWorks() throws IOException {
    assumeTrue(Shell.has("python3"), "needs python3");

    Shell.Result result = Shell.run(List.of("python3", "-c", samples("python").getFirst()));

    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).startsWith("200 ");
    assertThat(RawTopic.values(settings.bootstrapServers(), events(), "python")).hasSize(2);
  }

  /** The code of one language, for the ports of this stack. */
  private List<String> samples(String language) throws IOException {
    String guide =
        Files.readString(settings.checkout().root().resolve("docs/http-clients.md"))
            .replace("127.0.0.1:7070", "127.0.0.1:" + settings.ports().gateway())
            .replace("127.0.0.1:7071", "127.0.0.1:" + settings.ports().responses());
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(guide)
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String events() {
    return Topics.standard().interactionEvents();
  }
}
