package dev.attune.cli;

import dev.attune.cli.playbook.RecordedReply;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.privacy.MaskRules;
import dev.attune.core.privacy.Masking;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyRerun;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.avro.Decision;
import dev.attune.training.UserFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Why a user got a reply, and the same reply made again. */
@Command(
    name = "explain",
    description = {
      "Shows why a reply was given, then makes it again from its record alone and compares.",
      "DECISION is the reply's decisionId, which is looked up in the running stack, or a file with",
      "the answer of GET /v1/decisions/{id}, which needs no stack. Exits 1 if the playbook now",
      "gives another reply."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExplainCommand implements Callable<Integer> {
  private static final int MOST_CONTRIBUTIONS = 8;

  @Parameters(paramLabel = "DECISION", description = "An id, or a file.")
  private String decision;

  @Override
  public Integer call() {
    JsonNode record = record();
    Playbook playbook = PlaybookFolders.playbook(null);
    Decision recorded = RecordedReply.of(record, playbook.features(), Instant.now());
    Terminal screen = Terminal.standard();
    tell(screen, record);
    Reply again = ReplyRerun.of(recorded, RespondCommand.engine(playbook, recorded));
    screen.line("");
    boolean same =
        isSame(again.message().text(), recorded.getText())
            && again.reason().equals(recorded.getReason());
    screen.line(
        same ? "Made again from its record: the same reply." : "Made again: another reply.");
    if (!same) {
      RespondCommand.show(screen, again);
    }
    return same ? 0 : 1;
  }

  /** A record's text is masked. */
  private static boolean isSame(String again, String recorded) {
    return again.equals(recorded) || new Masking(MaskRules.standard()).text(again).equals(recorded);
  }

  private JsonNode record() {
    Path file = Path.of(decision);
    if (Files.isRegularFile(file)) {
      return RecordedReply.read(file);
    }
    try (var responses = StackServices.client()) {
      return responses
          .decision(decision)
          .orElseThrow(() -> new UserFault("There is no decision " + decision + "."));
    }
  }

  private static void tell(Terminal screen, JsonNode record) {
    screen.line(screen.bold(record.path("text").asString("")));
    for (JsonNode sentence : record.path("explanation")) {
      screen.line("  " + sentence.asString());
    }
    JsonNode contributions = record.path("prediction").path("contributions");
    if (!contributions.isEmpty()) {
      screen.line("  What moved the prediction most:");
      contributions.properties().stream()
          .limit(MOST_CONTRIBUTIONS)
          .forEach(e -> screen.line("    %+.3f  %s", e.getValue().asDouble(), e.getKey()));
    }
  }
}
