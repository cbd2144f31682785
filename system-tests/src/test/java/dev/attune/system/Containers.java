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
import java.util.List;
import java.util.Map;

/**
 * Containers on podman: those of a compose file, and others restricted as the chart restricts its
 * pods: no root, nothing to write but {@code /tmp}, no capabilities. Images and containers are kept
 * apart from the user's own; closing removes the containers and keeps what they logged.
 */
final class Containers implements AutoCloseable {
  private static final List<String> RESTRICTIONS =
      List.of(
          "--network=host",
          "--log-driver=k8s-file",
          "--read-only",
          "--read-only-tmpfs=false",
          "--tmpfs=/tmp:rw,exec,mode=1777",
          "--user=10001:10001",
          "--cap-drop=all",
          "--security-opt=no-new-privileges");

  private final Path folder;
  private final Podman podman;
  private final List<String> started = new ArrayList<>();

  /**
   * @param folder holds images, containers and logs
   */
  Containers(Path folder) {
    this.folder = folder;
    this.podman = new Podman(folder);
  }

  /** Why none can run here: what podman said when it was to run this image; empty if it ran. */
  String hindrance(Path archive) throws IOException, InterruptedException {
    try {
      Ended ended = once(podman.load(archive), Map.of(), List.of(), "sleep", "0");
      return ended.status() == 0 ? "" : ended.printed();
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    } catch (IOException e) {
      return "podman is not installed";
    }
  }

  /** Takes in the image of an archive; its name. */
  String load(Path archive) throws IOException, InterruptedException {
    return podman.load(archive);
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
   * @param overlay a compose file as well, laid over it; it names the containers
   * @param variables of the file
   * @param names of all containers
   */
  void up(Path file, Path overlay, Map<String, String> variables, List<String> names)
      throws IOException, InterruptedException {
    removeAll(); // what a test that was killed has left
    started.addAll(names);
    var emptied = podman.run(List.of("volume", "rm", "--all", "--force")).succeeded();
    var command =
        new ArrayList<>(
            List.of("podman-compose", "--in-pod", "false", "--podman-path", script().toString()));
    command.addAll(List.of("-f", file.toString(), "-f", overlay.toString()));
    command.addAll(List.of("up", "--detach"));
    var unused = podman.execute(command, variables).succeeded();
  }

  /** For who calls podman by a path alone. */
  private Path script() throws IOException {
    Path script = folder.resolve("podman.sh");
    Files.writeString(
        script, "#!/bin/sh\nexec " + String.join(" ", podman.command()) + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  /** Runs one to its end. */
  Ended once(String image, Map<String, String> variables, List<String> volumes, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("run", "--rm"));
    command.addAll(options(variables, volumes));
    command.add(image);
    command.addAll(List.of(arguments));
    return podman.run(command);
  }

  private static List<String> options(Map<String, String> variables, List<String> volumes) {
    var options = new ArrayList<>(RESTRICTIONS);
    variables.forEach((variable, value) -> options.add("--env=" + variable + "=" + value));
    volumes.forEach(volume -> options.add("--volume=" + volume));
    return options;
  }

  String logs(String name) throws IOException, InterruptedException {
    return podman.run(List.of("logs", name)).printed();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (String name : started) {
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
