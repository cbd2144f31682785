package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The SDK as a program meets it: its bytecode, a JVM without an HTTP client, {@code kill -9}. */
class ProcessTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final int JAVA_11 = 55;
  private static final int UUID_LENGTH = 36;

  @TempDir Path folder;

  @Test
  void everyClassIsJava11Bytecode() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();

      assertThat(classes).hasSizeGreaterThan(10);
      assertThat(classes).allSatisfy(file -> assertThat(version(file)).isEqualTo(JAVA_11));
    }
  }

  @Test
  void runsWithThePartsOfTheJdkThatAndroidHas() throws Exception {
    try (var gateway = new ScriptedGateway(answers("[{'status':200}]"))) {
      Process child = start(gateway.url(), 5, "close", "--limit-modules", "java.logging");

      List<String> printed = readAll(child);

      assertThat(printed.subList(5, 7)).containsExactly("hello", "{java.net.http=false}");
      assertThat(ids(gateway)).containsExactlyElementsOf(printed.subList(0, 5));
    }
  }

  @Test
  void whatWasQueuedSurvivesKillMinus9() throws Exception {
    List<String> ids;
    try (var away = new ScriptedGateway(answers("[{'status':503}]"))) {
      Process child = start(away.url(), 200, "hang");
      ids = readUntil("all queued");
      child.destroyForcibly().waitFor();
    }

    try (var gateway = new ScriptedGateway(answers("[{'status':200}]"));
        Attune next = Attune.at(gateway.url(), "k").spool(spool()).start()) {
      assertThat(next.flush(Duration.ofSeconds(10))).isTrue();

      assertThat(ids).hasSize(200);
      assertThat(ids(gateway)).containsExactlyElementsOf(ids);
    }
  }

  @Test
  void aProcessKilledWhileItSendsLosesNothing() throws Exception {
    try (var gateway = new ScriptedGateway(answers("[{'status':200}]"))) {
      Process child = start(gateway.url(), 5_000, "hang");
      await().pollInterval(Duration.ofMillis(5)).until(() -> gateway.requests.size() >= 5);
      child.destroyForcibly().waitFor();
      // what it printed before the end was queued before the end; the last line may be cut
      List<String> queued = lines().stream().filter(line -> line.length() == UUID_LENGTH).toList();

      try (Attune next = Attune.at(gateway.url(), "k").spool(spool()).start()) {
        assertThat(next.flush(Duration.ofSeconds(20))).isTrue();
      }
      assertThat(queued).hasSizeGreaterThan(500);
      assertThat(new HashSet<>(ids(gateway))).containsAll(queued);
    }
  }

  private Process start(String endpoint, int events, String end, String... flags)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", CLASSES + ":" + Path.of("target/test-classes")));
    command.addAll(
        List.of(
            ChildProcess.class.getName(),
            endpoint,
            spool().toString(),
            Integer.toString(events),
            end));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(folder.resolve("printed").toFile())
        .start();
  }

  private Path spool() {
    return folder.resolve("events.spool");
  }

  private List<String> readAll(Process child) throws Exception {
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    return lines();
  }

  private List<String> readUntil(String last) throws IOException {
    await().until(() -> lines().contains(last));
    return lines().subList(0, lines().indexOf(last));
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(folder.resolve("printed"));
  }

  private static int version(Path file) throws IOException {
    try (var in = new DataInputStream(Files.newInputStream(file))) {
      in.readInt(); // magic
      in.readUnsignedShort(); // minor
      return in.readUnsignedShort();
    }
  }

  private static List<String> ids(ScriptedGateway gateway) {
    return gateway.requests.stream()
        .flatMap(request -> request.events().stream())
        .map(event -> event.get("eventId").asString())
        .toList();
  }

  private static List<JsonNode> answers(String json) {
    return JsonMapper.shared().readTree(json.replace('\'', '"')).valueStream().toList();
  }
}
