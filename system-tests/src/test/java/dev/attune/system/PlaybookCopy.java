package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A playbook that a test may change. */
final class PlaybookCopy {
  private PlaybookCopy() {}

  /** The playbook's files in a folder of its name. */
  static Path in(Path folder, Path playbook) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(playbook.getFileName()));
    try (Stream<Path> files = Files.list(playbook)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** The support playbook, for a rollout in seconds in place of days. */
  static Path hurried(Path folder) throws IOException {
    Path copy = in(folder, Checkout.find().root().resolve("playbooks/support"));
    edit(copy.resolve("experiments.yaml"), "settle: 10m", "settle: 1s");
    edit(copy.resolve("experiments.yaml"), "window: 24h", "window: 3s");
    edit(copy.resolve("training.yaml"), "for: 7d", "for: 10s");
    edit(copy.resolve("training.yaml"), "watch: 1h", "watch: 2s");
    return copy;
  }

  /** That of the shop, which reads messages by a sentence encoder, with a short past. */
  static Path withEncoder(Path folder) throws IOException {
    Path playbook = in(folder, Checkout.find().root().resolve("playbooks/support"));
    edit(
        playbook.resolve("features.yaml"),
        "features:\n",
        "encoder: {text: message_sent.text, window: 24h}\n\nfeatures:\n");
    edit(playbook.resolve("simulation.yaml"), "users: 1600", "users: 200");
    return playbook;
  }

  /** Replaces what must be in the file. */
  static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}
