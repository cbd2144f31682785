package dev.attune.cli;

import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what the parts say, by the {@code tail} that every system has. */
@Command(name = "logs", description = "Prints the end of a part's log, or of all.")
final class LogsCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "PART", description = "gateway, streams, kafka, ...")
  private @Nullable String part;

  @Option(names = "-f", description = "Follow: keep printing new lines.")
  private boolean follow;

  @Option(names = "-n", description = "How many lines (default: ${DEFAULT-VALUE}).")
  private int lines = 50;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var settings = StackSettings.fromEnvironment(System.getenv());
    var stack = new LocalStack(settings, StackListener.SILENT);
    List<Path> logs = parts().stream().map(stack::log).filter(Files::exists).toList();
    if (logs.isEmpty()) {
      throw new UserFault("There is no log yet; ./attune up starts the stack.");
    }
    var command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    logs.forEach(log -> command.add(log.toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private List<Part> parts() {
    if (part == null) {
      return List.of(Part.values());
    }
    return List.of(
        Part.named(part)
            .orElseThrow(
                () ->
                    new UserFault("There is no part %s; there are %s.".formatted(part, names()))));
  }

  private static String names() {
    return Arrays.stream(Part.values()).map(Part::id).collect(Collectors.joining(", "));
  }
}
