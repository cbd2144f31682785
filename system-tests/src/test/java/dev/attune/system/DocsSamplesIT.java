package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The documents' shell samples. A block that is marked {@code sh} is run to the letter, beside a
 * file of events and the user of docs/responses.md; what needs a cluster, keys of one's own or many
 * minutes is marked {@code console} and only shown.
 */
class DocsSamplesIT {
  private static final Path ROOT = Checkout.find().root();
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```", Pattern.DOTALL);

  /** Has its own test: {@link TourIT}. */
  private static final String TOUR = "README.md";

  private static final Set<String> RUN =
      Set.of(
          "docs/kpis.md",
          "docs/models.md",
          "docs/responses.md",
          "ingest-gateway/README.md",
          "response-api/README.md");

  private final StackSettings settings = RunningStack.shared().settings();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/kpis.md",
        "docs/models.md",
        "docs/responses.md",
        "ingest-gateway/README.md",
        "response-api/README.md"
      })
  void theSamplesOfADocumentWork(String document, @TempDir Path folder) throws IOException {
    assumeTrue(Shell.has("curl"), "needs curl");
    Files.copy(settings.home().resolve("past.jsonl"), folder.resolve("events.jsonl"));
    Files.writeString(folder.resolve("ada.json"), ada());
    Files.createSymbolicLink(folder.resolve("playbooks"), ROOT.resolve("playbooks"));
    AttuneCommand.script(settings, folder.resolve("attune"), folder.resolve("models"));

    for (String sample : samples(Files.readString(ROOT.resolve(document)))) {
      String here = "cd '" + folder + "'\n" + forThisStack(sample);
      Shell.Result run = Shell.run(List.of("bash", "-eo", "pipefail", "-c", here));

      assertThat(run.exit()).as("%s%n%s", sample, run.output()).isZero();
      assertThat(run.output()).as(sample).isNotBlank().doesNotContain("unauthenticated");
    }
  }

  @Test
  void everyBlockThatIsMarkedAsRunIsRun() throws IOException {
    Set<String> marked = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(DocsSamplesIT::isDocument).toList()) {
        if (BLOCK.matcher(Files.readString(file)).find()) {
          marked.add(ROOT.relativize(file).toString());
        }
      }
    }
    Set<String> known = new TreeSet<>(RUN);
    known.add(TOUR);
    assertThat(marked).isEqualTo(known);
  }

  private static boolean isDocument(Path file) {
    String path = ROOT.relativize(file).toString();
    return path.endsWith(".md")
        && Stream.of("target/", "node_modules/", ".attune/", ".git/").noneMatch(path::contains);
  }

  private static String ada() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/responses.md"));
    return Pattern.compile("```json\n(\\{\"userId\": \"ada\".*?)```", Pattern.DOTALL)
        .matcher(guide)
        .results()
        .map((MatchResult block) -> block.group(1))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> samples(String document) {
    return BLOCK.matcher(document).results().map((MatchResult block) -> block.group(1)).toList();
  }

  private String forThisStack(String sample) {
    return sample
        .replace("127.0.0.1:7070", "127.0.0.1:" + settings.ports().gateway())
        .replace("127.0.0.1:7071", "127.0.0.1:" + settings.ports().responses());
  }
}
