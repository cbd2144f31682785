package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AttuneTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {
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
        "erase"
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

  private int run(String... arguments) {
    CommandLine line = Attune.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
