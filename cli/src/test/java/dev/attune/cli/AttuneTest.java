package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AttuneTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "down",
        "status",
        "logs",
        "demo",
        "import",
        "train",
        "models",
        "models list",
        "models canary",
        "segments",
        "segments try",
        "features",
        "features try",
        "features backfill",
        "replay",
        "playbook check",
        "respond",
        "explain",
        "kpis",
        "erase",
        "topics",
        "bench",
        "load",
        "chaos"
      })
  void everyVerbHasHelp(String verb) {
    String[] arguments = (verb + " --help").split(" ");

    assertThat(run(arguments)).isZero();
    assertThat(out.toString()).contains("Usage: ./attune " + verb);
  }

  @Test
  void failuresAreOnePlainSentence() {
    int code = run("import", "nowhere.yaml", "in.csv", "--out", "target/out.jsonl");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("attune: There is no mapping nowhere.yaml.");
  }

  @Test
  void timesAreDatesOrMoments() {
    int code = run("train", "events.jsonl", "--to", "yesterday");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("'yesterday' is no time such as 2025-09-01");
  }

  @Test
  void aWrongChoiceNamesTheChoices() {
    int code = run("kpis", "--by", "colour");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .contains("--by is one of day, channel, intent, model, segment, arm, all, not 'colour'");
  }

  /** The tree with one verb replaced by one that is made for a test. */
  static CommandLine withVerb(String verb, Object command) {
    CommandLine line = Attune.commandLine();
    line.getCommandSpec().removeSubcommand(verb);
    return line.addSubcommand(verb, command);
  }

  static String[] words(String verb, String... arguments) {
    return Stream.concat(Stream.of(verb), Stream.of(arguments)).toArray(String[]::new);
  }

  @Test
  void theScriptsHelpListsEveryVerb() throws IOException {
    String script = Files.readString(Checkout.find().root().resolve("attune"));
    Set<String> told =
        Pattern.compile("^  ([a-z]+) .*$", Pattern.MULTILINE)
            .matcher(script.substring(script.indexOf("USAGE'"), script.indexOf("\nUSAGE\n")))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    // those two the script does itself
    assertThat(told)
        .contains("test", "images")
        .containsAll(Attune.commandLine().getSubcommands().keySet());
    told.removeAll(Set.of("test", "images"));
    assertThat(Attune.commandLine().getSubcommands().keySet()).containsAll(told);
  }

  private int run(String... arguments) {
    CommandLine line = Attune.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
