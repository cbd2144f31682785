package dev.attune.local.stack;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Processes;
import dev.attune.local.infra.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A second feature-streams beside the stack's own, which recounts in silence. */
public final class BackfillProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(240);

  private final ServerProcess process;
  private final PidFile pidFile;

  private BackfillProcess(ServerProcess process, PidFile pidFile) {
    this.process = process;
    this.pidFile = pidFile;
  }

  /**
   * Starts it and returns when it reads; one that was left over is ended first.
   *
   * @param more variables of its environment
   */
  public static BackfillProcess start(
      StackSettings settings, StreamsApplicationId next, Map<String, String> more) {
    endLeftOver(settings);
    Path jar = settings.checkout().serviceJar(Part.STREAMS.module());
    int port = Ports.free();
    int managementPort = Ports.free();
    var environment = new TreeMap<>(ServiceEnvironment.of(settings, Part.STREAMS));
    environment.putAll(next.environment(false));
    environment.put("ATTUNE_STREAMS_PORT", Integer.toString(port));
    environment.put("ATTUNE_STREAMS_MANAGEMENT_PORT", Integer.toString(managementPort));
    // there is nothing published to compare with
    environment.put("ATTUNE_SKEW_ONE_IN", "0");
    environment.putAll(more);
    var server =
        new ServiceServer(
            Part.STREAMS,
            ServiceApp.unpack(jar, Part.STREAMS.module(), settings.apps()),
            settings.home().resolve(Part.STREAMS.id()),
            port,
            managementPort,
            environment);
    PidFile pidFile = pidFile(settings);
    var started =
        new BackfillProcess(
            ServerProcess.startDetached(server, log(settings), pidFile.file()), pidFile);
    try {
      started.process.awaitReady(READY_TIMEOUT);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** Ends one whose command line has died. */
  public static void endLeftOver(StackSettings settings) {
    PidFile file = pidFile(settings);
    file.process().ifPresent(Processes::stop);
    file.delete();
  }

  private static PidFile pidFile(StackSettings settings) {
    return new PidFile(settings.pids().resolve("backfill.pid"));
  }

  public static Path log(StackSettings settings) {
    return settings.logs().resolve("backfill.log");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it in order: what it has read is committed with what it has counted. */
  @Override
  public void close() {
    process.stop();
    pidFile.delete();
  }
}
