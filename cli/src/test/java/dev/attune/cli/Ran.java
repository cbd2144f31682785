package dev.attune.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine;

/** What came of a command line: in this JVM, with the variables that the build sets, or apart. */
record Ran(int code, String out, String err) {
  static Ran run(String... arguments) {
    return run(Attune::commandLine, arguments);
  }

  /** The same of a tree of verbs in which one is made for a test. */
  static Ran run(Supplier<CommandLine> tree, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new StringWriter();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = tree.get().setErr(new PrintWriter(err)).execute(arguments);
      return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(before);
    }
  }

  /**
   * In a JVM of its own.
   *
   * @param variables of its environment, beside those of the build
   */
  static Ran apart(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Attune.class.getName()));
    command.addAll(List.of(arguments));
    Path said = Files.createTempFile("attune-said", ".out");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().putAll(variables);
    Process attune = builder.start();
    try {
      if (!attune.waitFor(100, TimeUnit.SECONDS)) {
        throw new IllegalStateException("did not end: " + Files.readString(said));
      }
      return new Ran(attune.exitValue(), Files.readString(said), "");
    } finally {
      attune.destroyForcibly();
      Files.delete(said);
    }
  }
}
