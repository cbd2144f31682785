package dev.attune.local.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A server's running process: started, awaited, stopped or killed. */
public final class ServerProcess {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Server server;
  private final ProcessHandle process;
  private final Path log;

  private ServerProcess(Server server, ProcessHandle process, Path log) {
    this.server = server;
    this.process = process;
    this.log = log;
  }

  /** Starts a child that a Ctrl-C of this program ends as well. */
  public static ServerProcess start(Server server, Path log) {
    return new ServerProcess(server, launch(server, log, server.command()).toHandle(), log);
  }

  /** The process of a server that was started earlier, perhaps by another program. */
  public static ServerProcess adopt(Server server, ProcessHandle process, Path log) {
    return new ServerProcess(server, process, log);
  }

  /**
   * Starts a process that outlives this program, in a process group of its own so that a Ctrl-C at
   * the terminal does not reach it. Bash's job control does this on Linux and macOS alike, and
   * writes the process id itself: at no moment does a process run that no file names. A second line
   * has the process's {@link Processes#start}, where it is known.
   */
  public static ServerProcess startDetached(Server server, Path log, Path pidFile) {
    return startDetached(server, UnaryOperator.identity(), log, pidFile);
  }

  /**
   * The same with another command.
   *
   * @param changed what is run in place of the server's command
   */
  public static ServerProcess startDetached(
      Server server, UnaryOperator<List<String>> changed, Path log, Path pidFile) {
    var command =
        new ArrayList<>(
            List.of(
                "bash", "-c", "set -m; \"$@\" </dev/null & echo $! >\"$0\"", pidFile.toString()));
    command.addAll(changed.apply(server.command()));
    try {
      Files.createDirectories(pidFile.toAbsolutePath().getParent());
      launch(server, log, command).waitFor();
      long pid = Long.parseLong(Files.readString(pidFile).strip());
      note(Processes.start(pid), pidFile);
      ProcessHandle process =
          ProcessHandle.of(pid).orElseThrow(() -> new ServerException(died(server, log)));
      return new ServerProcess(server, process, log);
    } catch (IOException e) {
      throw new ServerException(server.name() + " could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("The start of " + server.name() + " was interrupted.", e);
    }
  }

  private static void note(Optional<String> start, Path pidFile) throws IOException {
    if (start.isPresent()) {
      // at once: who reads meanwhile finds the id, with this line or without
      Files.writeString(pidFile, start.get() + "\n", StandardOpenOption.APPEND);
    }
  }

  private static Process launch(Server server, Path log, List<String> command) {
    try {
      Files.createDirectories(server.directory());
      Files.createDirectories(log.toAbsolutePath().getParent());
      server.prepare();
      var builder =
          new ProcessBuilder(command)
              .directory(server.directory().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(server.environment());
      return builder.start();
    } catch (IOException e) {
      throw new ServerException(server.name() + " could not be started: " + e.getMessage(), e);
    }
  }

  /** Waits until the server answers. */
  public ServerProcess awaitReady(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!server.isReady()) {
      if (!isAlive()) {
        throw new ServerException(died(server, log));
      }
      if (System.nanoTime() > deadline) {
        throw new ServerException(
            "%s is not ready on port %d after %d s; see %s."
                .formatted(server.name(), server.port(), timeout.toSeconds(), log));
      }
      pause();
    }
    return this;
  }

  private static String died(Server server, Path log) {
    return "%s ended while it started on port %d; see %s."
        .formatted(server.name(), server.port(), log);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while waiting for a server.", e);
    }
  }

  /** Asks the process to end and waits for it; kills it when it does not. */
  public void stop() {
    Processes.stop(process);
  }

  /** Ends the process at once, as {@code kill -9}. */
  public void kill() {
    Processes.kill(process);
  }

  public boolean isAlive() {
    return Processes.isAlive(process);
  }

  public long pid() {
    return process.pid();
  }

  public Server server() {
    return server;
  }

  public Path log() {
    return log;
  }
}
