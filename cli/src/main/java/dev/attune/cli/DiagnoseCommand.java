package dev.attune.cli;

import dev.attune.cli.diagnose.Redaction;
import dev.attune.cli.diagnose.SupportBundle;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Collects what somebody who helps needs to see. */
@Command(
    name = "diagnose",
    description = {
      "Writes a zip of what somebody who helps needs to see of the local stack: versions,"
          + " settings,",
      "states, metrics, models, positions in topics, the ends of the logs. No secrets, no users, no"
          + " texts."
    })
final class DiagnoseCommand implements Callable<Integer> {
  private static final int LOG_LINES = 2_000;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'attune-'yyyyMMdd-HHmmss'.zip'").withZone(ZoneOffset.UTC);

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The zip (default: here, by the time).")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    var settings = StackSettings.fromEnvironment(System.getenv());
    var stack = new LocalStack(settings, StackListener.SILENT);
    Path file = out == null ? Path.of(NAME.format(Instant.now())) : out;
    Map<String, String> kept = settings.kept();
    try (var bundle = new SupportBundle(file, redaction(kept))) {
      bundle.add("about.txt", () -> about(settings));
      bundle.addSettings("settings.txt", settings(kept));
      bundle.add("status.json", () -> StatusCommand.json(stack.status()));
      bundle.add("models.json", () -> models(settings));
      bundle.add("topics.txt", DiagnoseCommand::topics);
      for (Part part : settings.parts()) {
        if (part.isService()) {
          managed(bundle, settings, part, "health", "json");
          managed(bundle, settings, part, "info", "json");
          managed(bundle, settings, part, "prometheus", "txt");
        }
        bundle.addEnd("logs/" + part.id() + ".log", stack.log(part), LOG_LINES);
      }
      Terminal.standard()
          .line(
              "%s: %d files. Look into it before you send it."
                  .formatted(file, bundle.names().size()));
    }
    return 0;
  }

  private static Redaction redaction(Map<String, String> kept) {
    return Redaction.of(
        List.of(System.getenv(), kept),
        List.of(LocalKeys.WRITE, LocalKeys.SECRET, LocalKeys.ERASURES));
  }

  private static void managed(
      SupportBundle bundle, StackSettings settings, Part part, String endpoint, String ending)
      throws IOException {
    URI url =
        URI.create(
            "http://127.0.0.1:%s/actuator/%s"
                .formatted(part.managementPort(settings.ports()), endpoint));
    bundle.add(
        "%s/%s.%s".formatted(part.id(), endpoint, ending), () -> BoundedHttp.get(url).body());
  }

  private static String about(StackSettings settings) {
    Runtime runtime = Runtime.getRuntime();
    Path root = settings.checkout().root();
    return """
    time      %s
    playbook  %s
    java      %s, %s
    system    %s %s, %d processors
    disk      %,d MB free
    """
        .formatted(
            Instant.now(),
            settings.playbook().getFileName(),
            Runtime.version(),
            System.getProperty("java.vm.name"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            runtime.availableProcessors(),
            root.toFile().getUsableSpace() / 1_000_000);
  }

  /** What concerns Attune, of the environment, and what the stack runs with in its place. */
  private static Map<String, String> settings(Map<String, String> kept) {
    Map<String, String> ours = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("ATTUNE_")
                  || name.startsWith("AWS_")
                  || name.equals("JAVA_HOME")) {
                ours.put(name, value);
              }
            });
    ours.putAll(kept);
    return ours;
  }

  private static String models(StackSettings settings) throws IOException {
    URI url = URI.create(settings.inferenceUrl() + "/v1/models");
    var request =
        HttpRequest.newBuilder(url).header("Authorization", "Bearer " + StackServices.secret());
    return BoundedHttp.send(request).body();
  }

  private static String topics() {
    StringBuilder lines = new StringBuilder();
    try (var kafka = new KafkaAdmin(KafkaEnvironment.settings(System.getenv()))) {
      for (String topic : kafka.topics()) {
        Map<?, Long> first = kafka.first(topic);
        kafka
            .end(topic)
            .forEach(
                (partition, end) ->
                    lines.append("%s %s %s%n".formatted(partition, first.get(partition), end)));
      }
    }
    return lines.toString();
  }
}
