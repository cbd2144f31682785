package dev.attune.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.local.infra.ServerException;
import dev.attune.local.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChaosCommandTest {
  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  @Test
  void printsALineACheckAndWritesItsJson() throws IOException {
    int exit = execute("holds", "--seed", "42");

    assertThat(exit).isZero();
    assertThat(out.toString(UTF_8))
        .contains("holds: what holds shows")
        .contains("seed 42")
        .contains("held    it stands: 20 times, 60 s")
        .contains("1 of 1 held, seed 42")
        .doesNotContain("breaks");
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("holds.json")));
    assertThat(json.path("seed").longValue()).isEqualTo(42);
    assertThat(json.path("allHeld").booleanValue()).isTrue();
    assertThat(json.path("checks").path(0).path("must").stringValue()).isEqualTo("it stands");
    assertThat(json.path("checks").path(0).path("held").booleanValue()).isTrue();
  }

  @Test
  void failsWhenOneCheckDoesNotHold() {
    assertThat(execute("breaks", "holds")).isEqualTo(1);
    assertThat(out.toString(UTF_8)).contains("BROKEN  it stands").contains("held    it stands");
    assertThat(folder.resolve("breaks.json")).exists();
  }

  @Test
  void drawsASeedAndRunsAllWithoutNames() {
    assertThat(execute()).isEqualTo(1);
    assertThat(out.toString(UTF_8)).containsPattern("holds: 1 of 1 held, seed \\d+");
    assertThat(folder).isDirectoryContaining("glob:**/breaks.json");
  }

  @Test
  void makesARunSmaller() {
    assertThat(execute("holds", "--times", "3", "--seconds", "7")).isZero();
    assertThat(out.toString(UTF_8)).contains("3 times, 7 s");
    assertThat(execute("--times", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--times and --seconds are at least 1");
  }

  @Test
  void namesTheScenariosThereAre() {
    assertThat(execute("meteor")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "attune: there is no scenario 'meteor'; there are: holds, breaks;"
                + " see ./attune chaos --help.\n");
    assertThat(execute("--help")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("  holds       what holds shows: < 0.1 % (line 0)")
        .contains("breaks");
  }

  @Test
  void tellsInOneSentenceWhyAScenarioCannotRun() {
    assertThat(execute("holds", "--times", "7")).isEqualTo(1);
    assertThat(err.toString()).contains("attune: seven is too many\n");
  }

  @Test
  void everyScenarioHasANameOfItsOwnAndSaysItsLine() {
    List<Scenario> all = ChaosCommand.scenarios();

    assertThat(all)
        .extracting(Scenario::name)
        .doesNotHaveDuplicates()
        .allMatch(n -> n.length() < 11);
    assertThat(all).extracting(Scenario::summary).allMatch(s -> s.matches(".*\\(line \\d+\\)"));
  }

  private int execute(String... arguments) {
    Terminal screen = new Terminal(new PrintStream(out, true, UTF_8), false, false, 100);
    List<Scenario> two = List.of(new Fixed("holds", true), new Fixed("breaks", false));
    CommandLine command = AttuneTest.withVerb("chaos", new ChaosCommand(() -> two, folder, screen));
    command.setOut(new PrintWriter(out, true, UTF_8));
    command.setErr(new PrintWriter(err, true));
    return command.execute(AttuneTest.words("chaos", arguments));
  }

  private record Fixed(String name, boolean held) implements Scenario {
    @Override
    public String summary() {
      return "what " + name + " shows: < 0.1 % (line 0)";
    }

    @Override
    public List<Check> run(ChaosRun chaos) {
      if (chaos.times(20) == 7) {
        throw new ServerException("seven is too many");
      }
      Duration time = chaos.duration(Duration.ofSeconds(60));
      String seen = "%d times, %d s".formatted(chaos.times(20), time.toSeconds());
      return List.of(new Check("it stands", seen, held));
    }
  }
}
