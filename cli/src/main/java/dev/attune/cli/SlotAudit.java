package dev.attune.cli;

import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records which versions somebody gives which slots at the command line, under the names that the
 * HTTP doors use. Versions are moved without a running stack too: then nothing can be recorded, and
 * that is said. An override is refused then.
 */
final class SlotAudit {
  private static final int REACH_MILLIS = 500;

  private final Terminal screen;
  private final Supplier<KafkaSettings> settings;

  SlotAudit(Terminal screen) {
    this(screen, () -> KafkaEnvironment.settings(System.getenv()));
  }

  SlotAudit(Terminal screen, Supplier<KafkaSettings> settings) {
    this.screen = screen;
    this.settings = settings;
  }

  /**
   * To be called before it is done.
   *
   * @param action such as {@code model_promote}
   * @param subject the version; null: that of a slot
   * @param override why the gates don't count; null: they do
   */
  void allow(String action, @Nullable String subject, @Nullable String override) {
    String done = override == null ? action : action + "_override";
    record(done, subject, override, override != null);
  }

  /**
   * The same where it is said why, and the gates count.
   *
   * @param why as an act's detail
   */
  void allowBecause(String action, String subject, String why) {
    record(action, subject, why, false);
  }

  private void record(
      String action, @Nullable String subject, @Nullable String why, boolean isNeeded) {
    KafkaSettings kafka = settings.get();
    if (!isThere(kafka)) {
      if (isNeeded) {
        throw new UserFault(
            "An override is kept in the topic audit, and no Kafka answers at %s: ./attune up."
                .formatted(kafka.bootstrapServers()));
      }
      screen.line("Not recorded in the topic audit: no Kafka answers.");
      return;
    }
    Act act =
        new Act(
            CommandLineAudit.actor(),
            action,
            Act.Outcome.ALLOWED,
            subject == null ? null : "model:" + subject,
            why);
    try {
      CommandLineAudit.record(kafka, new SchemaRegistryClient(kafka.registry()), act);
    } catch (AuditException e) {
      throw new UserFault("It isn't done, since it can't be recorded: " + e.getMessage() + ".", e);
    }
  }

  private static boolean isThere(KafkaSettings kafka) {
    return Arrays.stream(kafka.bootstrapServers().split(",")).anyMatch(SlotAudit::answers);
  }

  private static boolean answers(String server) {
    int colon = server.lastIndexOf(':');
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              server.substring(0, colon).strip(), Integer.parseInt(server.substring(colon + 1))),
          REACH_MILLIS);
      return true;
    } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
      return false;
    }
  }
}
