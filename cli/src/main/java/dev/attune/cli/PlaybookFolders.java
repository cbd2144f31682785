package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.encoder.LocalEncoders;
import dev.attune.local.stack.AttuneFolders;
import dev.attune.modelstore.ModelStores;
import dev.attune.training.UserFault;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the playbook and its models are, by the environment. */
final class PlaybookFolders {
  /** Training remembers its messages itself. */
  private static final int ENCODER_CACHE = 1_000;

  private PlaybookFolders() {}

  /** The folder asked for, else {@code ATTUNE_PLAYBOOK}, else the support playbook. */
  static Path playbookDir(@Nullable Path asked) {
    return asked != null ? asked : folders().playbook();
  }

  static Playbook playbook(@Nullable Path asked) {
    return Playbook.load(playbookDir(asked));
  }

  static ModelRegistry registry(@Nullable Path playbook) {
    String name = playbookDir(playbook).toAbsolutePath().normalize().getFileName().toString();
    return ModelStores.registry(models(), name, System.getenv("ATTUNE_S3_ENDPOINT"), keys());
  }

  /** No path yet: it may be a bucket. */
  private static String models() {
    return Variables.find("ATTUNE_MODELS_DIR").orElseGet(() -> folders().models().toString());
  }

  /** A bucket is shared: no simulated model is put there. */
  static boolean areModelsShared() {
    return models().contains("://");
  }

  /** The encoder of {@code ATTUNE_ENCODER_DIR}, and the one that comes along. */
  static SentenceEncoders encoders() {
    Path folder = Variables.find("ATTUNE_ENCODER_DIR").map(Path::of).orElse(null);
    return new LocalEncoders(folder, ENCODER_CACHE);
  }

  private static BundleKeys keys() {
    String signing = Variables.find("ATTUNE_MODELS_SIGNING_KEY").orElse(null);
    String trusted = Variables.find("ATTUNE_MODELS_TRUSTED_KEYS").orElse(null);
    try {
      return BundleKeys.read(signing, trusted);
    } catch (IllegalArgumentException e) {
      throw new UserFault(e.getMessage() + ".");
    }
  }

  private static AttuneFolders folders() {
    return AttuneFolders.fromEnvironment(System.getenv());
  }
}
