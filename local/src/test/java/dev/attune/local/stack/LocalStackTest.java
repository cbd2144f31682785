package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.Processes;
import dev.attune.local.stack.PartStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalStackTest {
  @TempDir private Path home;

  @Test
  void namesAllPartsBeforeTheFirstStart() {
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);

    assertThat(stack.status())
        .extracting(PartStatus::state)
        .hasSize(settings(StackPorts.free()).parts().size())
        .containsOnly(State.STOPPED);
  }

  @Test
  void optionalPartsAreThereOnlyWhereTheyAreAskedFor() {
    StackSettings without = settings(StackPorts.free());
    StackSettings with = without.with(Part.ZIPKIN).with(Part.PROMETHEUS);

    assertThat(without.parts()).contains(Part.KAFKA).doesNotContain(Part.ZIPKIN, Part.PROMETHEUS);
    assertThat(new LocalStack(with, StackListener.SILENT).status())
        .extracting(PartStatus::part)
        .containsExactly(Part.values());
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIPKIN", "PROMETHEUS"})
  void anOptionalPartStaysUntilTheStackIsStopped(Part part) throws IOException {
    Map<String, String> environment = Map.of("ATTUNE_HOME", home.toString());
    Files.createDirectories(home.resolve("run"));
    assertThat(StackSettings.fromEnvironment(environment).asked()).isEmpty();

    // the kernel's highest number is lower: it has died, and the next up repairs it
    Files.writeString(home.resolve("run").resolve(part.id() + ".pid"), "99999999");
    assertThat(StackSettings.fromEnvironment(environment).asked()).containsExactly(part);

    new LocalStack(StackSettings.fromEnvironment(environment), StackListener.SILENT).down();
    assertThat(StackSettings.fromEnvironment(environment).asked()).isEmpty();
  }

  @Test
  void settingsStayUntilTheStackIsStopped() {
    Map<String, String> terminal = new HashMap<>(StackPorts.free().variables());
    terminal.put("ATTUNE_HOME", home.toString());
    Map<String, String> given = new HashMap<>(terminal);
    given.put("ATTUNE_EPOCH", "1");
    var first = new LocalStack(StackSettings.fromEnvironment(given), StackListener.SILENT);

    first.up(Part.REDIS);

    StackSettings next = StackSettings.fromEnvironment(terminal);
    assertThat(next.overrides()).containsExactly(entry("ATTUNE_EPOCH", "1"));
    given.put("ATTUNE_EPOCH", "2");
    assertThat(StackSettings.fromEnvironment(given).overrides()).containsEntry("ATTUNE_EPOCH", "2");

    new LocalStack(next, StackListener.SILENT).down();
    assertThat(StackSettings.fromEnvironment(terminal).overrides()).isEmpty();
  }

  @Test
  void tellsAPartThatWasStartedAndIsGone() throws IOException {
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);
    Files.createDirectories(home.resolve("run"));

    // the kernel's highest number is lower
    Files.writeString(home.resolve("run/streams.pid"), "99999999");

    assertThat(stack.status())
        .filteredOn(part -> part.part() == Part.STREAMS)
        .extracting(PartStatus::state)
        .containsExactly(State.DEAD);
  }

  @Test
  void namesTheSettingOfThePortThatIsTaken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      StackPorts ports = StackPorts.free().with(StackPorts.Port.KAFKA_CONTROLLER, port);

      assertThatThrownBy(new LocalStack(settings(ports), StackListener.SILENT)::up)
          .hasMessageContaining("port %d is taken".formatted(port))
          .hasMessageContaining("set ATTUNE_KAFKA_CONTROLLER_PORT");
    }
  }

  @Test
  void namesPartAndPortWhenThePortIsTakenAndLeavesNothingRunning() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackPorts ports = StackPorts.free().with(StackPorts.Port.KAFKA, taken.getLocalPort());
      var stack = new LocalStack(settings(ports), StackListener.SILENT);

      assertThatThrownBy(stack::up)
          .hasMessageContaining("kafka cannot start: port " + taken.getLocalPort() + " is taken")
          .hasMessageContaining("ATTUNE_KAFKA_PORT");
      assertThat(home.resolve("redis")).as("nothing was started").doesNotExist();
      assertThat(stack.status()).extracting(PartStatus::state).containsOnly(State.STOPPED);
    }
  }

  @Test
  void aPartThatFailsEndsTheStartOfTheOthersAtOnce() throws IOException {
    // a folder where the broker's log directory has to be
    Files.createDirectories(home.resolve("kafka"));
    Files.writeString(home.resolve("kafka/data"), "no folder");
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);
    long start = System.nanoTime();

    assertThatThrownBy(stack::up).hasMessageContaining("Kafka's data folder could not be made");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    assertThat(stack.status()).extracting(PartStatus::state).containsOnly(State.STOPPED);
  }

  @Test
  void refusesAPlaybookThatIsNoFolder() {
    var settings = StackSettings.isolated(home, home.resolve("nothing"));

    assertThatThrownBy(new LocalStack(settings, StackListener.SILENT)::up)
        .hasMessageContaining("nothing is no folder");
  }

  @Test
  void purgesWhatTheStackKeptAndNothingElse() throws IOException {
    Path log = Files.createDirectories(home.resolve("kafka/log")).resolve("0.log");
    Files.writeString(log, "kept by kafka");
    Files.writeString(home.resolve("mine.txt"), "mine");

    new LocalStack(settings(StackPorts.free()), StackListener.SILENT).purge();

    assertThat(home.resolve("kafka")).doesNotExist();
    assertThat(home.resolve("mine.txt")).exists();
  }

  @Test
  void aPurgeStopsWhatRunsAndLeavesTheLockToThoseWhoWait() {
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);
    stack.up(Part.REDIS);
    ProcessHandle redis = stack.process(Part.REDIS).orElseThrow();

    try {
      stack.purge();
      assertThat(Processes.isAlive(redis)).isFalse();
    } finally {
      Processes.stop(redis);
    }

    assertThat(home.resolve("redis")).doesNotExist();
    assertThat(home.resolve("run")).doesNotExist();
    assertThat(home.resolve("lock")).exists();
  }

  @Test
  void aPurgeDeletesNothingWhileTheStackIsChanged() throws IOException {
    Path log = Files.createDirectories(home.resolve("kafka/log")).resolve("0.log");
    Files.writeString(log, "kept by kafka");
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);

    try (var unused = HomeLock.of(home)) {
      // in another program it would wait
      assertThatThrownBy(stack::purge).isInstanceOf(OverlappingFileLockException.class);
    }

    assertThat(log).exists();
  }

  @Test
  void findsAndStopsWhatRunsAfterTheClockWasSet() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs Linux");
    var stack = new LocalStack(settings(StackPorts.free()), StackListener.SILENT);
    stack.up(Part.REDIS);
    ProcessHandle redis = stack.process(Part.REDIS).orElseThrow();

    // as if the clock had been a day behind when it started
    Files.setLastModifiedTime(
        home.resolve("run/redis.pid"), FileTime.from(Instant.now().minus(Duration.ofDays(1))));

    try {
      assertThat(stack.process(Part.REDIS)).contains(redis);
    } finally {
      Processes.stop(redis);
    }
  }

  private StackSettings settings(StackPorts ports) {
    Checkout checkout = Checkout.find();
    return new StackSettings(
        checkout,
        home,
        checkout.root().resolve("playbooks/support"),
        home.resolve("models"),
        ports,
        Set.of(),
        Map.of());
  }
}
