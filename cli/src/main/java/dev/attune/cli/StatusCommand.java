package dev.attune.cli;

import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.PartStatus;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Shows what runs. */
@Command(
    name = "status",
    description = "Shows each part: state, process id, port, resident memory, uptime.")
final class StatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    var settings = StackSettings.fromEnvironment(System.getenv());
    List<PartStatus> parts = new LocalStack(settings, StackListener.SILENT).status();
    if (json) {
      System.out.println(json(parts));
    } else {
      table(Terminal.standard(), parts);
    }
    return 0;
  }

  static String json(List<PartStatus> parts) {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    var list = document.putArray("parts");
    for (PartStatus part : parts) {
      list.addObject()
          .put("name", part.part().id())
          .put("state", word(part))
          .put("pid", part.pid())
          .put("port", part.port())
          .put("rssBytes", part.rssBytes())
          .put("uptimeSeconds", part.uptimeSeconds());
    }
    return document.toString();
  }

  private static void table(Terminal screen, List<PartStatus> parts) {
    screen.line(
        screen.dim(
            "  %-11s %-9s %8s %6s %9s %9s"
                .formatted("part", "state", "pid", "port", "memory", "uptime")));
    parts.forEach(part -> screen.line(row(screen, part)));
    long total =
        parts.stream().map(PartStatus::rssBytes).mapToLong(rss -> rss == null ? 0 : rss).sum();
    screen.line(screen.dim("  %-37s %9s".formatted("in all", memory(total))));
  }

  private static String row(Terminal screen, PartStatus part) {
    String state = "%-9s".formatted(word(part));
    String coloured =
        switch (part.state()) {
          case READY -> screen.green(state);
          case STARTING -> screen.yellow(state);
          case DEAD -> screen.red(state);
          case STOPPED -> screen.dim(state);
        };
    return "  %-11s %s %8s %6d %9s %9s"
        .formatted(
            part.part().id(),
            coloured,
            part.pid() == null ? "-" : part.pid().toString(),
            part.port(),
            memory(part.rssBytes()),
            uptime(part.uptimeSeconds()));
  }

  private static String word(PartStatus part) {
    return part.state().name().toLowerCase(Locale.ROOT);
  }

  static String memory(@Nullable Long bytes) {
    return bytes == null ? "-" : bytes / 1_000_000 + " MB";
  }

  static String uptime(@Nullable Long seconds) {
    if (seconds == null) {
      return "-";
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? "%d:%02d min".formatted(seconds / 60, seconds % 60)
        : "%d:%02d h".formatted(seconds / 3600, seconds / 60 % 60);
  }
}
