package dev.attune.bench.cli;

import dev.attune.bench.BenchmarkException;
import dev.attune.local.infra.ServerException;
import picocli.CommandLine;

/** One plain sentence; the stack trace is for those who ask for it. */
public final class Failures {
  private Failures() {}

  /**
   * @return the exit code
   */
  public static int tell(Exception failure, CommandLine command) {
    boolean expected = failure instanceof BenchmarkException || failure instanceof ServerException;
    command
        .getErr()
        .println("attune: " + (expected ? failure.getMessage() : "unexpected failure: " + failure));
    if (System.getenv("ATTUNE_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
