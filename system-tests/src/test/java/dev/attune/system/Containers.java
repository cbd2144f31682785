package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Containers on podman: those of a compose file, and others restricted as the chart restricts its
 * pods: no root, nothing to write but {@code /tmp}, no capabilities. Images and containers are kept
 * apart from the user's own; closing removes the containers and keeps what they logged.
 */
final class Containers implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
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
  private final List<String> podman;
  private final List<String> started = new ArrayList<>();

  /** How a program ended and what it printed, both streams. */
  record Ended(int status, String printed) {}

  /**
   * @param folder holds images, containers and logs
   */
  Containers(Path folder) {
    this.folder = folder;
    // runs without systemd as well
    this.podman =
        List.of(
            "podman",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "--root=" + folder.resolve("storage"),
            "--runroot=" + folder.resolve("run"));
  }

  /** Why none can run here: what podman said when it was to run this image; empty if it ran. */
  String hindrance(Path archive) throws IOException, InterruptedException {
    try {
      Ended loaded = podman(List.of("load", "--quiet", "--input", archive.toString()));
      if (loaded.status() != 0) {
        return loaded.printed();
      }
      Ended ended = once(name(loaded), Map.of(), List.of(), "sleep", "0");
      return ended.status() == 0 ? "" : ended.printed();
    } catch (IOException e) {
      return "podman is not installed";
    }
  }

  /** Takes in the image of an archive; its name. */
  String load(Path archive) throws IOException, InterruptedException {
    return name(succeeded(podman(List.of("load", "--quiet", "--input", archive.toString()))));
  }

  private static String name(Ended loaded) {
    return loaded.printed().lines().toList().getLast().replaceFirst("^.*: ", "").strip();
  }

  /** What an image says of itself. */
  String inspect(String image, String format) throws IOException, InterruptedException {
    return succeeded(podman(List.of("image", "inspect", "--format", format, image)))
        .printed()
        .strip();
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
    for (String name : names) {
      remove(name); // what a test that was killed has left
      started.add(name);
    }
    var emptied = succeeded(podman(List.of("volume", "rm", "--all", "--force")));
    var command =
        new ArrayList<>(
            List.of("podman-compose", "--in-pod", "false", "--podman-path", script().toString()));
    command.addAll(List.of("-f", file.toString(), "-f", overlay.toString()));
    command.addAll(List.of("up", "--detach"));
    var unused = succeeded(run(command, variables));
  }

  /** For who calls podman by a path alone. */
  private Path script() throws IOException {
    Path script = folder.resolve("podman.sh");
    Files.writeString(script, "#!/bin/sh\nexec " + String.join(" ", podman) + " \"$@\"\n");
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
    return podman(command);
  }

  private static List<String> options(Map<String, String> variables, List<String> volumes) {
    var options = new ArrayList<>(RESTRICTIONS);
    variables.forEach((variable, value) -> options.add("--env=" + variable + "=" + value));
    volumes.forEach(volume -> options.add("--volume=" + volume));
    return options;
  }

  String logs(String name) throws IOException, InterruptedException {
    return podman(List.of("logs", name)).printed();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (String name : started) {
      Files.writeString(folder.resolve(name + ".log"), logs(name));
    }
    for (String name : started) {
      remove(name);
    }
    assertThat(podman(List.of("ps", "--all", "--quiet")).printed()).as("what is left").isEmpty();
    // what earlier builds left
    var unused = podman(List.of("image", "prune", "--force"));
  }

  /** With those that depend on it, without which podman refuses. */
  private void remove(String name) throws IOException, InterruptedException {
    var unused = podman(List.of("rm", "--force", "--depend", "--time=5", name));
  }

  private static Ended succeeded(Ended ended) {
    assertThat(ended.status()).as(ended.printed()).isZero();
    return ended;
  }

  private Ended podman(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(podman);
    command.addAll(arguments);
    return run(command, Map.of());
  }

  private Ended run(List<String> command, Map<String, String> variables)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path out = Files.createTempFile("podman", ".out");
    try {
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().put("PODMAN_IGNORE_CGROUPSV1_WARNING", "1");
      builder.environment().putAll(variables);
      Process process = builder.start();
      try {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .as(String.join(" ", command))
            .isTrue();
      } finally {
        process.destroyForcibly();
      }
      return new Ended(process.exitValue(), Files.readString(out).strip());
    } finally {
      Files.delete(out);
    }
  }
}
