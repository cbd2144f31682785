package dev.attune.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The chatbot that a verb, and each verb below it, is about. */
final class PlaybookOption {
  @Option(
      names = "--playbook",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The chatbot's folder; $ATTUNE_PLAYBOOK, else playbooks/support.")
  private @Nullable Path folder;

  /** Null when it wasn't said. */
  @Nullable Path folder() {
    return folder;
  }
}
