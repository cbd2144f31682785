package dev.attune.bench;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures a service's inner classes. No module may depend on a service, so the measurement is one
 * of the service's tests; it runs in a JVM with their class path and leaves its rows in a file.
 *
 * @param module the service's folder
 * @param className a {@link Measurement} with a constructor without parameters
 */
public record ServiceMeasurement(String module, String className) implements Measurement {
  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    Path rows = Files.createTempFile("attune-bench", ".json");
    try {
      List<String> command =
          JavaCommand.withHeap("1g")
              .option("-Dattune.root=" + bench.checkout().root())
              .option("-Dlogback.configurationFile=bench-logback.xml")
              .option("-cp")
              .option(bench.checkout().testClassPath(module))
              .run(
                  ServiceMeasurement.class.getName(),
                  className,
                  bench.phase().toString(),
                  Integer.toString(bench.rounds()),
                  rows.toString());
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new BenchmarkException("nothing could be measured; the reason is above");
      }
      return List.of(JsonMapper.shared().readValue(Files.readString(rows), Row[].class));
    } finally {
      Files.delete(rows);
    }
  }

  /** In the other JVM: the class, the phase, the rounds, and where the rows go. */
  public static void main(String[] arguments) throws Exception {
    Measurement measurement =
        (Measurement) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
    Duration phase = Duration.parse(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    try {
      List<Row> rows =
          measurement.run(
              new BenchmarkRun(Checkout.find(), phase, rounds, ServiceMeasurement::say));
      write(rows, Path.of(arguments[3]));
      // what a library left running ends with the program
      System.exit(0);
    } catch (BenchmarkException | ServerException e) {
      say(String.valueOf(e.getMessage()));
      System.exit(1);
    }
  }

  private static void say(String line) {
    System.err.println("  " + line);
  }

  private static void write(List<Row> rows, Path file) throws IOException {
    Files.writeString(file, JsonMapper.shared().writeValueAsString(rows));
  }
}
