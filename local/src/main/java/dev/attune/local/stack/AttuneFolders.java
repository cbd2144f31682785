package dev.attune.local.stack;

import dev.attune.local.infra.Checkout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Attune's data, chatbot and models are. In a checkout they have places of their own. Outside
 * of one, as in a container image, the working directory stands for it.
 *
 * @param home of data, logs and process ids
 * @param playbook the chatbot's folder
 * @param models the model registry's root; a playbook's models are in the folder of its name
 */
public record AttuneFolders(Path home, Path playbook, Path models) {
  /** By {@code ATTUNE_HOME}, {@code ATTUNE_PLAYBOOK} and {@code ATTUNE_MODELS_DIR}. */
  public static AttuneFolders fromEnvironment(Map<String, String> environment) {
    Path root = Checkout.lookFor().map(Checkout::root).orElse(Path.of("").toAbsolutePath());
    Path home = folder(environment, "ATTUNE_HOME").orElse(root.resolve(".attune"));
    return new AttuneFolders(
        home,
        folder(environment, "ATTUNE_PLAYBOOK").orElse(root.resolve("playbooks/support")),
        folder(environment, "ATTUNE_MODELS_DIR").orElse(home.resolve("models")));
  }

  private static Optional<Path> folder(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .map(value -> Path.of(value).toAbsolutePath().normalize());
  }
}
