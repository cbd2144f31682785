package dev.attune.cli;

import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.events.TimeRange;
import dev.attune.warehouse.export.Export;
import dev.attune.warehouse.export.ExportReport;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.WarehouseException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps what the topics hold beyond their retention. */
@Command(
    name = "export",
    description = {
      "Writes past events, decisions and sessions to Parquet, a file per day and partition.",
      "Each run carries on where the last one ended; erased users are taken out of all files.",
      "The topic audit has a record of each run; without it nothing is written.",
      "Kafka is found by the services' environment variables: docs/settings.md."
    },
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR|s3://…",
      description = "Where the files are; $ATTUNE_EXPORT, else .attune/export.")
  private @Nullable String out;

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  @Override
  public Integer call() {
    Terminal screen = Terminal.standard();
    try {
      Export.Request request = request(out, times.range());
      ExportAudit.allow(
          request.kafka(),
          new SchemaRegistryClient(request.kafka().registry()),
          ExportAudit.EXPORT,
          request.files().place(),
          times.range());
      print(Export.run(request), request.inReceipts(), screen);
    } catch (WarehouseException | IllegalArgumentException e) {
      throw new UserFault(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  /**
   * @param asked the place that was asked for; null: the environment's
   */
  static Export.Request request(@Nullable String asked, TimeRange times) {
    String place = ExportPlace.of(asked);
    return new Export.Request(
        KafkaEnvironment.settings(System.getenv()),
        ExportPlace.epoch(),
        WarehouseFiles.at(place, ExportPlace.endpoint()),
        ExportPlace.isConfigured(place, System.getenv()),
        ExclusionList.hasher(),
        times.from(),
        times.to(),
        InstantSource.system());
  }

  private static void print(ExportReport report, boolean inReceipts, Terminal screen) {
    screen.line(screen.bold(report.place()));
    for (ExportReport.Part part : report.tables()) {
      screen.line(
          "  %-20s %,d new records, %,d files written",
          part.table().folder(), part.read(), part.files());
      note(screen, part.erased(), "left out: their users were erased");
      note(screen, part.refused(), "left out: broken, and dead letters already");
      note(screen, part.expired(), "lost: Kafka had deleted them before an export read them");
      note(screen, part.rewritten(), "older files rewritten without erased users");
    }
    if (report.erasedReceipts() > 0) {
      screen.line("  erasures carried out: %,d", report.erasedReceipts());
      if (!inReceipts) {
        screen.line(
            "    not in their receipts, which speak of %s", ExportPlace.of(System.getenv()));
      }
    }
  }

  private static void note(Terminal screen, long count, String what) {
    if (count > 0) {
      screen.line("    %,d %s", count, what);
    }
  }
}
