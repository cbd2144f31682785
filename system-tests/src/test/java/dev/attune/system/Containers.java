package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.system.pods.Podman;
import dev.attune.system.pods.Podman.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What podman-compose makes of a compose file. Images and containers are kept apart from the user's
 * own; closing removes the containers and keeps what they logged.
 */
final class Containers implements AutoCloseable {
  private final Path folder;
  private final Podman podman;
  private final List<String> compose = new ArrayList<>();
  private final Map<String, String> variables = new HashMap<>();

  /**
   * @param folder holds images, containers and logs
   */
  Containers(Path folder) {
    this.folder = folder;
    this.podman = new Podman(folder);
  }

  /** What an image says of itself. */
  String inspect(String image, String format) throws IOException, InterruptedException {
    return podman.run(List.of("image", "inspect", "--format", format, image)).succeeded().printed();
  }

  /** What is said of a container. */
  String inspectRunning(String name, String format) throws IOException, InterruptedException {
    return podman.run(List.of("inspect", "--format", format, name)).succeeded().printed();
  }

  /** Ends one as the compose file says; it can be started again. */
  void end(String name) throws IOException, InterruptedException {
    var unused = podman.run(List.of("stop", "--time=30", name)).succeeded();
  }

  /** Since when one runs, as Kubernetes counts: without what was done to make it. */
  Instant startedAt(String name) throws IOException, InterruptedException {
    String millis = inspectRunning(name, "{{.State.StartedAt.UnixMilli}}").strip();
    return Instant.ofEpochMilli(Long.parseLong(millis));
  }

  /** Starts one that ended; returns at once. */
  void start(String name) throws IOException, InterruptedException {
    var unused = podman.run(List.of("start", name)).succeeded();
  }

  /**
   * Starts the services of a compose file.
   *
   * @param overlay a compose file as well, laid over it
   * @param variables of the file
   */
  void up(Path file, Path overlay, Map<String, String> variables)
      throws IOException, InterruptedException {
    removeAll(); // what a test that was killed has left
    var emptied = podman.run(List.of("volume", "rm", "--all", "--force")).succeeded();
    this.variables.putAll(variables);
    compose.addAll(
        List.of("podman-compose", "--in-pod", "false", "--podman-path", script().toString()));
    compose.addAll(List.of("-f", file.toString(), "-f", overlay.toString()));
    var unused = composed(List.of("up", "--detach")).succeeded();
  }

  /** Runs a tool of the file to its end. */
  Ended run(String service, String... arguments) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("--profile", "tools", "run", "--rm", "-T", service));
    words.addAll(List.of(arguments));
    return composed(words);
  }

  private Ended composed(List<String> words) throws IOException, InterruptedException {
    var command = new ArrayList<>(compose);
    command.addAll(words);
    return podman.execute(command, variables);
  }

  /** For who calls podman by a path alone. */
  private Path script() throws IOException {
    Path script = folder.resolve("podman.sh");
    Files.writeString(
        script, "#!/bin/sh\nexec " + String.join(" ", podman.command()) + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  String logs(String name) throws IOException, InterruptedException {
    return podman.run(List.of("logs", name)).printed();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    String names = podman.run(List.of("ps", "--all", "--format={{.Names}}")).printed();
    for (String name : names.lines().toList()) {
      Files.writeString(folder.resolve(name + ".log"), logs(name));
    }
    removeAll();
    assertThat(podman.run(List.of("ps", "--all", "--quiet")).printed())
        .as("what is left")
        .isEmpty();
    // what earlier builds left
    var unused = podman.run(List.of("image", "prune", "--force"));
  }

  /** Twice: it leaves one, and says nothing, while those that depend on it are being removed. */
  private void removeAll() throws IOException, InterruptedException {
    for (int i = 0; i < 2; i++) {
      var unused = podman.run(List.of("rm", "--all", "--force", "--time=0")).succeeded();
    }
  }
}
