package dev.attune.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine;

/** What came of a command line in this JVM, with the variables that the build sets. */
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
}
