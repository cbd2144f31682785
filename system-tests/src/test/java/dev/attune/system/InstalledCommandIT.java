package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.StorageServer;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line as its container image has it: started in a folder that is no checkout, with
 * nothing but the variables that the chart gives its jobs.
 */
class InstalledCommandIT {
  private final RunningStack stack = RunningStack.shared();
  private final StackSettings settings = stack.settings();

  /** As {@code /app}. */
  @TempDir private Path app;

  private Path home;
  private Path models;

  private record Ended(int status, String printed) {}

  @BeforeEach
  void install() throws IOException {
    Path playbook = PlaybookCopy.in(app, settings.playbook());
    home = Files.createDirectory(app.resolve("home"));
    models = app.resolve("models");
    assertThat(playbook.getFileName()).isEqualTo(settings.playbook().getFileName());
    assertThat(stack.gateway.send(List.of(Events.messageSent("installed", "hello"))).rejected())
        .isEmpty();
  }

  @Test
  void exportsToAFolderOrABucket() throws Exception {
    Path files = app.resolve("past");
    Ended folder = run(Map.of("ATTUNE_EXPORT", files.toString()), "export");

    assertThat(folder.status()).as(folder.printed()).isZero();
    assertThat(parquet(files)).isNotEmpty();

    Path buckets = Files.createDirectory(app.resolve("buckets"));
    try (var storage = new StorageServer(buckets, "past")) {
      Ended bucket =
          run(
              Map.of(
                  "ATTUNE_EXPORT",
                  "s3://past/events",
                  "ATTUNE_S3_ENDPOINT",
                  storage.endpoint().toString(),
                  "AWS_ACCESS_KEY_ID",
                  System.getProperty("aws.accessKeyId"),
                  "AWS_SECRET_ACCESS_KEY",
                  System.getProperty("aws.secretAccessKey")),
              "export");
      assertThat(bucket.status()).as(bucket.printed()).isZero();
      assertThat(parquet(buckets)).isNotEmpty();
    }
  }

  @Test
  void trainsAndListsModels() throws Exception {
    Ended trained = run(Map.of(), "train", settings.home().resolve("past.jsonl").toString());
    Ended listed = run(Map.of(), "models", "list");

    assertThat(trained.status()).as(trained.printed()).isZero();
    assertThat(new ModelRegistry(models.resolve("support")).live()).isPresent();
    assertThat(listed.printed()).startsWith("live");
  }

  @Test
  void retrainsOneAtATimeAndOnlyIfSomethingDrifted() throws Exception {
    Path files = app.resolve("past");
    Map<String, String> where = Map.of("ATTUNE_EXPORT", files.toString());
    Ended idle = run(where, "retrain", "--if-drifted");

    assertThat(idle.status()).as(idle.printed()).isZero();
    assertThat(idle.printed()).contains("Nothing has drifted; nothing to do.");

    try (var other = new ModelRegistry(models.resolve("support")).lease("retrain").orElseThrow()) {
      assertThat(other).isNotNull();
      Ended second = run(where, "retrain");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.printed()).contains("one at a time");
      Ended daily = run(where, "retrain", "--if-drifted");
      assertThat(daily.status()).isZero();
      assertThat(daily.printed()).contains("left to it");
    }
  }

  @Test
  void learnsFromNobodyWhileItIsUnknownWhoWasErased() throws Exception {
    Ended ended =
        run(
            Map.of("ATTUNE_RESPONSES_URL", "http://127.0.0.1:1"),
            "train",
            settings.home().resolve("past.jsonl").toString());

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.printed()).contains("the list of erased users is needed first");
    assertThat(models).doesNotExist();
  }

  @Test
  void namesWhatNeedsACheckout() throws Exception {
    Ended ended = run(Map.of(), "status");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.printed()).contains("No Attune checkout holds the folder");
  }

  private static List<Path> parquet(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private Ended run(Map<String, String> more, String... arguments)
      throws IOException, InterruptedException {
    Path target = Checkout.find().root().resolve("cli/target");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                target.resolve("classes")
                    + ":"
                    + Files.readString(target.resolve("classpath")).strip(),
                "dev.attune.cli.Attune"));
    command.addAll(List.of(arguments));
    Path out = app.resolve("out");
    var builder =
        new ProcessBuilder(command)
            .directory(app.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ATTUNE_"));
    builder.environment().putAll(variables());
    builder.environment().putAll(more);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(Eventually.DEADLINE)).as("it ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(out));
  }

  private Map<String, String> variables() {
    var variables = new HashMap<String, String>();
    variables.put("ATTUNE_HOME", home.toString());
    variables.put("ATTUNE_PLAYBOOK", app.resolve("support").toString());
    variables.put("ATTUNE_MODELS_DIR", models.toString());
    variables.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers());
    variables.put("ATTUNE_SCHEMA_REGISTRY_URL", settings.registryUrl());
    variables.put("ATTUNE_RESPONSES_URL", settings.responsesUrl());
    variables.put("ATTUNE_INFERENCE_URL", settings.inferenceUrl());
    variables.put("ATTUNE_SECRET_KEY", LocalKeys.SECRET);
    variables.put("ATTUNE_ERASURE_SECRET", LocalKeys.ERASURES);
    return variables;
  }
}
