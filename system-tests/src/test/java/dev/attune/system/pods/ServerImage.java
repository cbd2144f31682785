package dev.attune.system.pods;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.RedisServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An image with the local stack's own Kafka, registry and Redis on the services' base, made without
 * a network. Redis brings its libraries and their loader along: the machine need not be of the
 * base's Debian.
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
      copy(Path.of(jar), kafka);
    }
    redis(podman, folder);
    Files.writeString(
        folder.resolve("Containerfile"),
        """
        FROM %s
        COPY kafka /opt/kafka
        COPY redis /opt/redis
        COPY --from=registry . /opt/registry
        """
            .formatted(base));
    podman
        .run(
            "build",
            "--quiet",
            "--network=none",
            "--pull=never",
            "--timestamp=0",
            "--build-context=registry=" + checkout.registry(),
            "--tag=" + NAME,
            folder.toString())
        .succeeded();
  }

  private static void redis(Podman podman, Path folder) throws IOException, InterruptedException {
    Path redis = Files.createDirectories(folder.resolve("redis"));
    Path binary = Path.of(new RedisServer(redis, 0).command().getFirst()).toRealPath();
    String needed =
        podman.execute(List.of("ldd", binary.toString()), Map.of()).succeeded().printed();
    for (MatchResult library : LIBRARY.matcher(needed).results().toList()) {
      copy(Path.of(library.group(1)), redis);
    }
    Files.copy(binary, redis.resolve("server"));
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, folder.resolve(file.getFileName()));
  }
}
