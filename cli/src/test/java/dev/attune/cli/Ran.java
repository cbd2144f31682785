package dev.attune.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** What came of a command line in this JVM, with the variables that the build sets. */
record Ran(int code, String out, String err) {
  static Ran run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new StringWriter();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = Attune.commandLine().setErr(new PrintWriter(err)).execute(arguments);
      return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(before);
    }
  }
}
