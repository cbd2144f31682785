package dev.attune.cli;

import picocli.CommandLine.Option;

/** The option that every verb has. */
final class Help {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text and exit.")
  private boolean requested;
}
