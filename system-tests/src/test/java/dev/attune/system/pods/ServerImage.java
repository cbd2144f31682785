package dev.attune.system.pods;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.RedisServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An image with the local stack's own Kafka, registry and Redis on the services' base, made without
 * a network. Redis, and a shell for {@link TrialImage}, bring their libraries and their loader
 * along: the machine need not be of the base's Debian.
 */
public final class ServerImage {
  public static final String NAME = "localhost/attune-servers:test";
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  private ServerImage() {}

  /**
   * @param base the name of an image that was loaded
   */
  public static void build(Podman podman, String base, Checkout checkout, Path folder)
      throws IOException, InterruptedException {
    Folders.delete(folder);
    Path kafka = Files.createDirectories(folder.resolve("kafka"));
    for (String jar : checkout.kafkaClassPath().split(File.pathSeparator)) {
      Path file = Path.of(jar);
      copy(file, kafka.resolve(file.getFileName()));
    }
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path redis = Path.of(new RedisServer(programs, 0).command().getFirst());
    program(podman, redis, programs, "redis");
    program(podman, Path.of("/bin/sh"), programs, "sh");
    Files.createDirectory(folder.resolve("empty"));
    Files.writeString(
        folder.resolve("Containerfile"),
        """
        FROM %s
        COPY kafka /opt/kafka
        COPY programs /opt/programs
        COPY --from=registry . /opt/registry
        COPY empty /empty
        """
            .formatted(base));
    podman.build(NAME, folder, "--build-context=registry=" + checkout.registry());
  }

  private static void program(Podman podman, Path program, Path folder, String name)
      throws IOException, InterruptedException {
    String needed =
        podman.execute(List.of("ldd", program.toString()), Map.of()).succeeded().printed();
    for (MatchResult library : LIBRARY.matcher(needed).results().toList()) {
      Path file = Path.of(library.group(1));
      boolean loader = file.getFileName().toString().startsWith("ld-linux");
      copy(file, folder.resolve(loader ? Path.of("loader") : file.getFileName()));
    }
    copy(program, folder.resolve(name));
  }

  /** Follows links. */
  private static void copy(Path file, Path target) throws IOException {
    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
  }
}
