package dev.attune.cli;

import dev.attune.core.kpi.KpiReport;
import dev.attune.local.terminal.Terminal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** How conversations go. */
@Command(
    name = "kpis",
    description = {
      "Resolution time, satisfaction and engagement of conversations, with or without experiments.",
      "Days are UTC; a conversation counts on the day it began, an issue on the day it was opened."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class KpisCommand implements Callable<Integer> {
  private static final String LEGEND =
      """

        talks    visits in which the customer wrote, pressed a quick reply or was answered
        msgs     messages of customers, a talk
        buttons  talks in which a quick reply was pressed; people: in which a person answered
        work     what people spent on their answers, a talk; talks that the bot settled alone count as 0
        csat     mean score of the talks that were rated
        open     issues opened on these days and not yet resolved
        median   the time in which half of the issues were resolved; p90: nine of ten. Open ones
                 count as taking longer; - means that nothing can be said yet
      """;

  @Spec private CommandSpec command;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "day",
      description = "day, channel, intent, model, segment, arm or all.")
  private String by;

  @Option(names = "--from", paramLabel = "DAY", description = "First day, as 2026-01-31.")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "Last day; by default today.")
  private @Nullable LocalDate to;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    if (!KpiReport.DIMENSIONS.contains(by)) {
      throw new ParameterException(
          command.commandLine(),
          "--by is one of %s, not '%s'".formatted(String.join(", ", KpiReport.DIMENSIONS), by));
    }
    Terminal screen = Terminal.standard();
    try (var responses = StackServices.client()) {
      JsonNode report = responses.kpis(by, from, to);
      if (json) {
        screen.line(report.toString());
      } else {
        table(screen, report);
      }
    }
    return 0;
  }

  static void table(Terminal screen, JsonNode report) {
    screen.line(
        screen.bold(
            "Conversations from %s to %s"
                .formatted(report.path("from").asString(), report.path("to").asString())));
    screen.line(
        row(
            report.path("by").asString(),
            "talks",
            "msgs",
            "buttons",
            "people",
            "work",
            "csat",
            "issues",
            "open",
            "median",
            "p90"));
    for (JsonNode row : report.path("rows")) {
      screen.line(row(row));
    }
    notes(screen, report);
  }

  /** What a reader of these rows can't know from the headings. */
  private static void notes(Terminal screen, JsonNode report) {
    String by = report.path("by").asString();
    if (report.path("rows").isEmpty()) {
      screen.line("  none: a session counts when it has ended, usually after 30 minutes' silence");
      if (by.equals("segment")) {
        screen.line("  and in this table only when its customer was in a segment then");
      }
      return;
    }
    LEGEND.lines().forEach(screen::line);
    for (JsonNode row : report.path("rows")) {
      if (row.path("value").asString().equals("unknown")) {
        screen.line("  unknown  no reply in the session knew a prediction");
      }
    }
  }

  private static String row(JsonNode row) {
    JsonNode talks = row.path("engagement");
    JsonNode issues = row.path("resolution");
    return row(
        row.path("value").asString("").isEmpty() ? "all" : row.path("value").asString(),
        talks.path("conversations").asString(),
        decimal(talks.path("messagesPerConversation")),
        percent(talks.path("quickReplyShare")),
        percent(talks.path("assistedShare")),
        duration(row.path("handling").path("secondsPerConversation")),
        decimal(row.path("csat").path("mean")),
        issues.path("opened").asString(),
        issues.path("open").asString(),
        duration(issues.path("medianSeconds")),
        duration(issues.path("p90Seconds")));
  }

  private static String row(String name, String... cells) {
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-24s", name));
    for (String cell : cells) {
      row.append(String.format(Locale.ROOT, " %8s", cell));
    }
    return row.toString();
  }

  private static String decimal(JsonNode node) {
    return node.isNumber() ? String.format(Locale.ROOT, "%.1f", node.asDouble()) : "-";
  }

  private static String percent(JsonNode node) {
    return node.isNumber() ? String.format(Locale.ROOT, "%.0f %%", node.asDouble() * 100) : "-";
  }

  private static String duration(JsonNode node) {
    if (!node.isNumber()) {
      return "-";
    }
    double seconds = node.asDouble();
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 7_200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
  }
}
