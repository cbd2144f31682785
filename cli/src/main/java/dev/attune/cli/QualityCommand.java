package dev.attune.cli;

import dev.attune.cli.quality.QualityTable;
import dev.attune.cli.quality.StackEvents;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.PastEvents;
import dev.attune.training.quality.EventQuality;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How well events are filled, and whose are rejected. */
@Command(
    name = "quality",
    description = {
      "Shows how well events are filled, the newest days beside all before: how",
      "often each field is, when it was last, values that are new, and how many",
      "events of each SDK's version are rejected. Reads the running stack, or past",
      "events without a stack; these have no rejected ones."
    },
    sortOptions = false)
final class QualityCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "EVENTS",
      converter = EventsParameter.Converter.class,
      description = "A file of events, or what ./attune export fills (default: the running stack).")
  private @Nullable EventSource source;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "How many days count as the newest (default: ${DEFAULT-VALUE}).")
  private int days;

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  private final Terminal screen = Terminal.standard();

  @Override
  public Integer call() {
    if (days < 1) {
      throw new UserFault("--days must be 1 or more.");
    }
    EventQuality quality = new EventQuality();
    if (source == null) {
      var settings = StackSettings.fromEnvironment(System.getenv());
      var erased = ExclusionList.ofStack(Terminal.errors());
      new StackEvents(settings, erased).count(times.range(), quality);
    } else {
      try (TerminalProgress progress = new TerminalProgress()) {
        progress.phase("counting", 0);
        PastEvents.read(source, times.range(), progress, quality::accept);
      }
    }
    List<String> lines = QualityTable.lines(quality.report(Duration.ofDays(days)));
    if (lines.isEmpty()) {
      throw new UserFault("There are no events of that time.");
    }
    for (String line : lines) {
      screen.line(line);
    }
    return 0;
  }
}
