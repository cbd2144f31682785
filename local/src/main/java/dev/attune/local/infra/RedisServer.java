package dev.attune.local.infra;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Redis or Valkey, the installed one where there is one, else the binary that the embedded-redis
 * jar carries. That one is old: it serves this machine only, and whoever starts it is told. Nothing
 * is kept on disk: Redis is a cache that the inference service refills.
 */
public record RedisServer(Path directory, int port) implements Server {
  private static final List<String> INSTALLED = List.of("redis-server", "valkey-server");
  private static final String UNSUPPORTED =
      "No Redis is installed, so the embedded %s serves. It is unsupported: it lacks the fix of"
          + " CVE-2025-49844. It listens on 127.0.0.1 only; for anything but a try install"
          + " redis-server 8.2.2 or valkey-server 8.1.4, or newer.";

  @Override
  public String name() {
    return "redis";
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public List<String> command() {
    return List.of(
        installed(InstalledPrograms.folders()).orElseGet(this::embedded).toString(),
        "--port",
        Integer.toString(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        directory.toString(),
        "--save",
        "",
        "--appendonly",
        "no",
        // a stream a user with one small entry: the default node of 4 KB would be mostly empty
        "--stream-node-max-bytes",
        "128");
  }

  /** What to tell who starts the one that serves here; empty where an installed one does. */
  public static Optional<String> notice() {
    return notice(InstalledPrograms.folders());
  }

  static Optional<String> notice(List<Path> folders) {
    return installed(folders).isPresent()
        ? Optional.empty()
        : Optional.of(UNSUPPORTED.formatted(binary().replaceFirst("-.*", "")));
  }

  private static Optional<Path> installed(List<Path> folders) {
    return InstalledPrograms.find(INSTALLED, folders);
  }

  private Path embedded() {
    String resource = "/redis-server-" + binary();
    Path file = directory.resolve(resource.substring(1));
    if (Files.isExecutable(file)) {
      return file;
    }
    try (InputStream in = RedisServer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new ServerException(
            "Redis is missing: install redis-server or valkey-server, none is embedded for "
                + System.getProperty("os.arch")
                + ".");
      }
      Files.createDirectories(directory);
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      if (!file.toFile().setExecutable(true)) {
        throw new ServerException(file + " could not be made executable.");
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String binary() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    if (mac) {
      return arm ? "6.2.6-v5-darwin-arm64" : "6.2.6-v5-darwin-amd64";
    }
    return arm ? "6.2.7-linux-arm64" : "6.2.6-v5-linux-amd64";
  }

  @Override
  public boolean isReady() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      socket.setSoTimeout(500);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }
}
