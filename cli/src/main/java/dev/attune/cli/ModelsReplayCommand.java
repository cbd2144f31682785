package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.train.ReplayPage;
import dev.attune.training.train.VersionReplay;
import dev.attune.training.train.VersionReplay.Period;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What versions would have said of the past. */
@Command(
    name = "replay",
    description = {
      "What versions would have said of past events, period by period: how often each is right,",
      "and when it should have been trained anew. Changes nothing."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ModelsReplayCommand implements Callable<Integer> {
  @Mixin private final EventsParameter events = new EventsParameter();

  @Parameters(
      index = "1..*",
      paramLabel = "VERSION",
      description = "As listed, three at most; the live one if none is named.")
  private @Nullable List<String> versions;

  @ParentCommand private ModelsCommand models;

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  @Option(
      names = "--by",
      paramLabel = "DAYS",
      defaultValue = "7",
      description = "Days in a period; ${DEFAULT-VALUE} by default.")
  private int days;

  @Option(names = "--out", paramLabel = "FILE.html", description = "Writes a page with a picture.")
  private @Nullable Path out;

  @Override
  public Integer call() throws ModelException {
    if (days < 1) {
      throw new UserFault("A period has a day at least.");
    }
    Playbook today = PlaybookFolders.playbook(models.playbookFolder());
    List<ModelBundle> bundles = bundles(PlaybookFolders.registry(models.playbookFolder()));
    List<Period> periods;
    try (TerminalProgress progress = new TerminalProgress()) {
      periods =
          VersionReplay.run(
              new VersionReplay.Request(
                  events.source(),
                  today,
                  times.range(),
                  bundles,
                  Duration.ofDays(days),
                  ExclusionList.ofStack(Terminal.errors()),
                  LabelList.ofStack(LabelCommand.kept(models.playbookFolder()), Terminal.errors())),
              progress);
    }
    print(periods, bundles, Terminal.standard());
    if (out != null) {
      write(ReplayPage.of(today.name(), bundles, periods), out);
      Terminal.standard().line("%s shows it in a browser.", out);
    }
    return 0;
  }

  private List<ModelBundle> bundles(ModelRegistry registry) throws ModelException {
    List<String> names = versions == null ? List.of(live(registry)) : versions;
    if (names.size() > ReplayPage.MOST_VERSIONS) {
      throw new UserFault("%d versions at a time.".formatted(ReplayPage.MOST_VERSIONS));
    }
    List<ModelBundle> bundles = new ArrayList<>();
    for (String name : names) {
      ModelBundle bundle = ModelBundle.load(registry.published(name), PlaybookFolders.encoders());
      if (bundle.manifest().remote() != null) {
        throw new UserFault(name + " is a model on another server, which can't be replayed.");
      }
      bundles.add(bundle);
    }
    return bundles;
  }

  private static String live(ModelRegistry registry) throws ModelException {
    return registry
        .live()
        .orElseThrow(() -> new UserFault("No version is live; name one."))
        .version();
  }

  private static void print(List<Period> periods, List<ModelBundle> versions, Terminal screen) {
    screen.line("from        rows  version           top-1          top-3   log loss  unknown");
    for (Period period : periods) {
      for (VersionReplay.Figures of : period.versions()) {
        screen.line(
            "%s %6d  %-16s %5.1f %% ± %4.1f  %5.1f %%  %8.3f  %5.1f %%%s",
            period.from().toString().substring(0, 10),
            period.rows(),
            of.version(),
            100 * of.top1(),
            100 * of.margin(),
            100 * of.top3(),
            of.logLoss(),
            100 * of.unknown(),
            of.learned()
                ? "  learned from it"
                : of.alarms().isEmpty() ? "" : "  ! " + String.join("; ", of.says()));
      }
    }
    ReplayPage.summary(versions, periods).forEach(screen::line);
  }

  private static void write(String page, Path file) {
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new UserFault(file + " can't be written.", e);
    }
  }
}
