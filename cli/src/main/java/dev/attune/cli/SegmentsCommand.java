package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import dev.attune.training.segments.SegmentTrial;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "segments",
    description = "Segments of customers.",
    subcommands = SegmentsCommand.Try.class)
final class SegmentsCommand {
  @Command(
      name = "try",
      description = {
        "Replays events through an edited playbook and the current one, and shows who would move.",
        "Nothing is sent or changed."
      },
      sortOptions = false)
  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  static final class Try implements Callable<Integer> {
    private static final int SHOWN = 5;

    @Mixin private final EventsParameter events = new EventsParameter();

    @Option(
        names = "--playbook",
        paramLabel = "DIR",
        required = true,
        description = "The folder with the edit.")
    private Path edited;

    @Option(
        names = "--against",
        paramLabel = "DIR",
        description = "The folder in use; $ATTUNE_PLAYBOOK, else playbooks/support.")
    private @Nullable Path used;

    @Override
    public Integer call() {
      SegmentTrial trial = new SegmentTrial(PlaybookFolders.playbook(used), Playbook.load(edited));
      try (TerminalProgress progress = new TerminalProgress()) {
        progress.phase("replaying events", 0);
        PastEvents.read(events.source(), TimeRange.ALL, progress, trial::accept);
      }
      print(trial, Terminal.standard());
      return 0;
    }

    private static void print(SegmentTrial trial, Terminal screen) {
      screen.line("%,d users", trial.users());
      screen.line(
          "  %-24s %8s %8s %9s %8s %8s",
          "segment", "now", "edited", "entering", "leaving", "changes");
      for (SegmentTrial.Move move : trial.moves()) {
        screen.line(
            "  %-24s %,8d %,8d %,9d %,8d %,8d",
            move.segment(),
            move.before().size(),
            move.after().size(),
            move.entering().size(),
            move.leaving().size(),
            move.changes());
        some(screen, "entering", move.entering());
        some(screen, "leaving", move.leaving());
      }
    }

    private static void some(Terminal screen, String how, List<String> users) {
      if (!users.isEmpty()) {
        String more = users.size() > SHOWN ? ", …" : "";
        List<String> shown = users.subList(0, Math.min(SHOWN, users.size()));
        screen.line("    %s: %s%s", how, String.join(", ", shown), more);
      }
    }
  }
}
