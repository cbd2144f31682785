package dev.attune.system.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Podman's command, with images and containers apart from the user's own. */
public final class Podman {
  private static final long PATIENCE_SECONDS = 240;

  /** Holds the containers of all podmans of the root user. */
  private static final String GROUP = "libpod_parent";

  /** What the group's share of the processor is written to, and how much: by cgroups' version. */
  private static final Map<Path, String> SHARES =
      Map.of(
          Path.of("/sys/fs/cgroup/cpu", GROUP, "cpu.shares"), "8192",
          Path.of("/sys/fs/cgroup", GROUP, "cpu.weight"), "800");

  private final Path folder;
  private final List<String> command;

  /** How a program ended and what it printed, both streams. */
  public record Ended(int status, String printed) {
    /**
     * @throws IllegalStateException if it failed
     */
    public Ended succeeded() {
      if (status != 0) {
        throw new IllegalStateException(printed);
      }
      return this;
    }
  }

  /**
   * @param folder holds images, containers and networks
   */
  public Podman(Path folder) {
    this.folder = folder;
    // runs without systemd as well
    this.command =
        List.of(
            "podman",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "--root=" + folder.resolve("storage"),
            "--runroot=" + folder.resolve("run"),
            "--network-config-dir=" + folder.resolve("networks"));
  }

  /** The words of the command as far as every call has them. */
  public List<String> command() {
    return command;
  }

  public Ended run(List<String> arguments) throws IOException, InterruptedException {
    var words = new ArrayList<>(command);
    words.addAll(arguments);
    return execute(words, Map.of());
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    return run(List.of(arguments));
  }

  /**
   * Gives running containers together the share of eight programs. By default theirs is that of
   * one: beside a build they would get next to nothing.
   */
  void shareFairly() throws IOException {
    for (var share : SHARES.entrySet()) {
      if (Files.isWritable(share.getKey())) {
        Files.writeString(share.getKey(), share.getValue());
      }
    }
  }

  /**
   * Makes an image without a network, of what is here.
   *
   * @param name and tag
   * @param context the folder with its {@code Containerfile}
   */
  void build(String name, Path context, String option) throws IOException, InterruptedException {
    var unused =
        run(
                "build",
                "--quiet",
                "--network=none",
                "--pull=never",
                "--timestamp=0",
                option,
                "--tag=" + name,
                context.toString())
            .succeeded();
  }

  /** Takes in the image of an archive, unless it was; its name. */
  public String load(Path archive) throws IOException, InterruptedException {
    String key = Integer.toHexString(archive.toAbsolutePath().hashCode());
    Path note = Files.createDirectories(folder.resolve("loaded")).resolve(key);
    String now = Files.getLastModifiedTime(archive) + " ";
    String noted = Files.exists(note) ? Files.readString(note) : "";
    if (noted.startsWith(now)
        && run("image", "exists", noted.substring(now.length())).status() == 0) {
      return noted.substring(now.length());
    }
    String name = loaded(archive);
    Files.writeString(note, now + name);
    return name;
  }

  /** The same of several at once; their names, in the same order. */
  public List<String> loadAll(List<Path> archives) throws IOException, InterruptedException {
    List<Callable<String>> loads = new ArrayList<>();
    archives.forEach(archive -> loads.add(() -> load(archive)));
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var names = new ArrayList<String>();
      for (Future<String> load : executor.invokeAll(loads)) {
        names.add(load.get());
      }
      return names;
    } catch (ExecutionException e) {
      throw new IOException("an image can't be taken in", e);
    }
  }

  private String loaded(Path archive) throws IOException, InterruptedException {
    Ended loaded = run("load", "--quiet", "--input", archive.toString()).succeeded();
    return loaded.printed().lines().toList().getLast().replaceFirst("^.*: ", "").strip();
  }

  /** Runs a program that may call podman itself. */
  public Ended execute(List<String> words, Map<String, String> variables)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path out = Files.createTempFile("podman", ".out");
    try {
      var builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().put("PODMAN_IGNORE_CGROUPSV1_WARNING", "1");
      builder.environment().putAll(variables);
      Process process = builder.start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("did not end: " + String.join(" ", words));
        }
      } finally {
        process.destroyForcibly();
      }
      return new Ended(process.exitValue(), Files.readString(out).strip());
    } finally {
      Files.delete(out);
    }
  }
}
