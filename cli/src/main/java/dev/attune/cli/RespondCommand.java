package dev.attune.cli;

import dev.attune.cli.playbook.DescribedUser;
import dev.attune.cli.playbook.RecordedReply;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.QuickReply;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRerun;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.avro.Decision;
import dev.attune.training.UserFault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Tries a playbook's replies without a stack. */
@Command(
    name = "respond",
    description = {
      "Shows what the playbook says to a user, without a stack. The file describes the user:",
      "  {\"userId\": \"u-1\", \"slot\": \"greeting\", \"locale\": \"es-MX\",",
      "   \"variables\": {\"name\": \"Ada\"}, \"segments\": [\"frustrated\"],",
      "   \"features\": {\"clicks_24h\": 3},",
      "   \"prediction\": {\"probabilities\": {\"refund\": 0.8, \"payment\": 0.2}}}",
      "Everything may be left out; without a prediction and features nothing is known of the user.",
      "Names that the playbook lacks are mistakes."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RespondCommand implements Callable<Integer> {
  /** As long as the service takes a prediction for fresh. */
  static final Duration MAX_AGE = Duration.ofHours(24);

  @Option(names = "--as", required = true, paramLabel = "USER.json", description = "Who asks.")
  private Path user;

  @Option(names = "--slot", description = "The place in the chat, instead of the file's.")
  private @Nullable String slot;

  @Override
  public Integer call() {
    Playbook playbook = PlaybookFolders.playbook(null);
    JsonNode described = RecordedReply.read(user);
    DescribedUser.check(user, described, playbook);
    Decision asked = RecordedReply.of(described, playbook.features(), Instant.now());
    if (slot != null) {
      asked.setSlot(slot);
    }
    if (!playbook.replies().slotNames().contains(asked.getSlot())) {
      throw new UserFault(
          "The playbook has no slot `%s`; it has %s."
              .formatted(asked.getSlot(), playbook.replies().slotNames()));
    }
    show(Terminal.standard(), ReplyRerun.of(asked, engine(playbook, asked)));
    return 0;
  }

  /** What replies to it again. */
  static ReplyEngine engine(Playbook playbook, Decision decision) {
    return new ReplyEngine(
        playbook.replies(), playbook.experiments().asOf(decision), playbook.features(), MAX_AGE);
  }

  static void show(Terminal screen, Reply reply) {
    screen.line(screen.bold(reply.message().text()));
    for (QuickReply button : reply.message().quickReplies()) {
      screen.line("  [" + button.label() + "]  " + button.value());
    }
    screen.line("  reason     " + reply.reason());
    screen.line("  template   " + reply.message().templateId() + ", " + reply.message().locale());
    if (reply.assignment() != null) {
      screen.line(
          "  experiment " + reply.assignment().experiment() + ": " + reply.assignment().variant());
    }
    if (reply.message().handoff() != null) {
      screen.line("  hand off   to " + reply.message().handoff().to());
    }
  }
}
