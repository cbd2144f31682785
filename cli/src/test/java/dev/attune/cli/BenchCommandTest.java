package dev.attune.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.bench.Benchmark;
import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Row;
import dev.attune.bench.ServiceMeasurement;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  @Test
  void printsATableAndWritesItsJson() throws IOException {
    int exit = execute("fast");

    assertThat(exit).isZero();
    assertThat(out.toString(UTF_8))
        .contains(
            "met events   1,234 events/s  another        1,000 events/s   1.23  ≥ 0.60 ×  yes")
        .contains("missed time         20.0 ms                                        ≤ 3 ms    NO")
        .contains("1 of 2 goals met")
        .doesNotContain("slow");
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("fast.json")));
    assertThat(json.path("goalsMet").intValue()).isEqualTo(1);
    assertThat(json.path("rows").path(0).path("ratio").doubleValue()).isEqualTo(1.234);
    assertThat(json.path("rows").path(0).path("met").booleanValue()).isTrue();
    assertThat(json.path("rows").path(1).path("met").booleanValue()).isFalse();
    assertThat(json.path("rows").path(1).has("ratio")).isFalse();
    assertThat(folder.resolve("slow.json")).doesNotExist();
  }

  @Test
  void runsAllWithoutNames() {
    assertThat(execute()).isZero();
    assertThat(folder).isDirectoryContaining("glob:**/fast.json");
    assertThat(folder).isDirectoryContaining("glob:**/slow.json");
  }

  @Test
  void namesTheBenchmarksThereAre() {
    assertThat(execute("quick")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no benchmark 'quick'; there are: fast, slow");
    assertThat(execute("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("fast").contains("is quick");
  }

  @Test
  void failsInOneSentence() {
    assertThat(execute("--seconds", "0")).isEqualTo(2);
    assertThat(execute("--rounds", "7", "fast")).isEqualTo(1);
    assertThat(err.toString()).contains("attune: seven is too many\n");
  }

  @Test
  void takesOddNumbersOfRounds() {
    assertThat(execute("--rounds", "4", "fast")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--rounds is an odd number: the round in the middle counts");
  }

  @Test
  void findsWhatIsMeasuredAmongAServicesTests() {
    List<ServiceMeasurement> inner =
        BenchCommand.benchmarks().stream()
            .map(Benchmark::measurement)
            .filter(ServiceMeasurement.class::isInstance)
            .map(ServiceMeasurement.class::cast)
            .toList();

    assertThat(inner).isNotEmpty().allSatisfy(m -> assertThat(source(m)).isRegularFile());
  }

  private static Path source(ServiceMeasurement measurement) {
    return Checkout.find()
        .root()
        .resolve(measurement.module())
        .resolve("src/test/java")
        .resolve(measurement.className().replace('.', '/') + ".java");
  }

  private int execute(String... arguments) {
    Terminal screen = new Terminal(new PrintStream(out, true, UTF_8), false, false, 100);
    List<Benchmark> two = List.of(fixed("fast"), fixed("slow"));
    CommandLine command = AttuneTest.withVerb("bench", new BenchCommand(() -> two, folder, screen));
    command.setOut(new PrintWriter(out, true, UTF_8));
    command.setErr(new PrintWriter(err, true));
    return command.execute(AttuneTest.words("bench", arguments));
  }

  private static Benchmark fixed(String name) {
    return new Benchmark(name, name + " is quick", BenchCommandTest::rows);
  }

  private static List<Row> rows(BenchmarkRun bench) {
    if (bench.rounds() == 7) {
      throw new BenchmarkException("seven is too many");
    }
    return List.of(
        Row.of("met events", 1234, "events/s")
            .comparedWith("another", 1000)
            .goal(Goal.ratioAtLeast(0.6)),
        Row.of("missed time", 20, "ms").goal(Goal.valueAtMost(3)));
  }
}
