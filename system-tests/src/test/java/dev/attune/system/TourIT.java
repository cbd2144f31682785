package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The README's tour, run to the letter in one shell. A line that begins with {@code # } below a
 * command is what the command must print; {@code …} stands for anything.
 */
class TourIT {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final String END_OF_STEP = "== end of step";

  private final StackSettings settings = RunningStack.shared().settings();

  @Test
  void everyStepPrintsWhatTheReadmeShows() throws IOException {
    assumeTrue(Shell.has("curl"), "needs curl");
    List<String> steps = steps();

    Shell.Result run =
        Shell.run(
            List.of(
                "bash",
                "-euo",
                "pipefail",
                "-c",
                String.join("\necho '" + END_OF_STEP + "'\n", steps)));

    assertThat(run.exit()).as(run.output()).isZero();
    String[] printed = run.output().split(END_OF_STEP);
    assertThat(printed).hasSameSizeAs(steps);
    for (int i = 0; i < printed.length; i++) {
      List<String> wanted = steps.get(i).lines().filter(line -> line.startsWith("# ")).toList();
      assertThat(wanted).as("step %d shows something", i + 1).isNotEmpty();
      for (String line : wanted) {
        assertThat(printed[i]).as("step %d", i + 1).containsPattern(pattern(line.substring(2)));
      }
    }
  }

  private static Pattern pattern(String shown) {
    return Pattern.compile(
        String.join(".*", List.of(shown.split("…")).stream().map(Pattern::quote).toList()));
  }

  private List<String> steps() throws IOException {
    String readme = Files.readString(settings.checkout().root().resolve("README.md"));
    int start = readme.indexOf("## A tour with curl");
    String tour =
        readme
            .substring(start, readme.indexOf("\n## ", start))
            .replace("127.0.0.1:7070", "127.0.0.1:" + settings.ports().gateway())
            .replace("127.0.0.1:7071", "127.0.0.1:" + settings.ports().responses());
    return BLOCK.matcher(tour).results().map((MatchResult block) -> block.group(1)).toList();
  }
}
