package dev.attune.local.infra;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of this machine's loopback address. */
public final class Ports {
  // below the range that outgoing connections take theirs from, so that none grabs the port
  // between the check here and the server's start
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;

  // Programs that start servers side by side must not draw the same port before it is listened on:
  // each holds a lock on a file named after the port, which ends with the program.
  private static final Path LOCKS =
      Path.of(
          System.getProperty("java.io.tmpdir"), "attune-ports-" + System.getProperty("user.name"));
  private static final Map<Integer, FileChannel> RESERVED = new HashMap<>();

  private Ports() {}

  /** A port nobody listens on now, and that no other program gets from here meanwhile. */
  public static synchronized int free() {
    try {
      for (int i = 0; i < ATTEMPTS; i++) {
        int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        if (isFree(port) && reserve(port)) {
          return port;
        }
      }
    } catch (IOException e) {
      throw new ServerException("Ports cannot be reserved in %s.".formatted(LOCKS), e);
    }
    throw new ServerException("No free port was found on 127.0.0.1.");
  }

  private static boolean reserve(int port) throws IOException {
    if (RESERVED.containsKey(port)) {
      return false;
    }
    Files.createDirectories(LOCKS);
    FileChannel file =
        FileChannel.open(
            LOCKS.resolve(Integer.toString(port)),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      return false;
    }
    RESERVED.put(port, file);
    return true;
  }

  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether something accepts connections on the port. */
  public static boolean isOpen(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
