package dev.attune.training.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the playbook and its models are, by the environment. */
final class Places {

  private Places() {}

  /** The folder asked for, else {@code ATTUNE_PLAYBOOK}, else the support playbook. */
  static Path playbookDir(@Nullable Path asked) {
    return asked != null ? asked : from("ATTUNE_PLAYBOOK", "playbooks/support");
  }

  static Playbook playbook(@Nullable Path asked) {
    return Playbook.load(playbookDir(asked));
  }

  static ModelRegistry registry(@Nullable Path playbook) {
    String name = playbookDir(playbook).toAbsolutePath().normalize().getFileName().toString();
    return new ModelRegistry(from("ATTUNE_MODELS_DIR", ".attune/models").resolve(name));
  }

  private static Path from(String variable, String otherwise) {
    String value = System.getenv(variable);
    if (value != null && !value.isBlank()) {
      return Path.of(value);
    }
    return Path.of(System.getProperty("attune.root", "")).resolve(otherwise);
  }
}
