package dev.attune.local.infra;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire to a server that can be made slow, silent or torn, as Toxiproxy does. While the server is
 * away connections are torn as soon as they are made.
 */
public final class FaultProxy implements AutoCloseable {
  /** What happens to bytes that the server sends, and to new connections. */
  public enum Fault {
    NONE,
    /** Answers come a fifth of a second late. */
    LATE,
    /** Answers come two seconds late. */
    SLOW,
    /** Connections are taken, answers never come. */
    HALF_OPEN,
    /** What is asked arrives, what is answered doesn't. */
    DEAF,
    /** Connections are torn as soon as something is sent. */
    RESET,
    /** Nobody listens. */
    GONE
  }

  private static final long LATE_MILLIS = 200;
  private static final long SLOW_MILLIS = 2_000;

  private final URI server;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Fault fault = Fault.NONE;
  private volatile ServerSocket listener;

  public FaultProxy(String server) throws IOException {
    this.server = URI.create(server);
    this.listener = new ServerSocket(Ports.free(), 128, InetAddress.getLoopbackAddress());
    this.port = listener.getLocalPort();
    accept(listener);
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** Takes effect at once, also for connections that are open. */
  public void become(Fault next) throws IOException {
    Fault before = fault;
    fault = next;
    if (next == Fault.GONE) {
      listener.close();
    }
    if (before == Fault.GONE && next != Fault.GONE) {
      listener = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
      accept(listener);
    }
    if (next == Fault.GONE || next == Fault.RESET) {
      open.forEach(FaultProxy::tear);
    }
  }

  private void accept(ServerSocket on) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  serve(on.accept());
                }
              } catch (IOException closed) {
                // the proxy is closed, or gone for a while
              }
            });
  }

  private void serve(Socket client) {
    try {
      Socket upstream = new Socket(server.getHost(), server.getPort());
      open.add(client);
      open.add(upstream);
      Thread.ofVirtual().start(() -> pump(client, upstream, false));
      Thread.ofVirtual().start(() -> pump(upstream, client, true));
    } catch (IOException away) {
      tear(client);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16_384];
    boolean incomplete = false;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!passes(answers)) {
          incomplete = true;
        } else if (incomplete) {
          throw new IOException("TCP leaves out nothing: a wire that lost bytes is torn");
        } else {
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException | InterruptedException torn) {
      // the other direction ends too: both sockets are closed
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  /** Whether bytes go on; throws to tear the wire. */
  private boolean passes(boolean answers) throws IOException, InterruptedException {
    switch (fault) {
      case NONE -> {}
      case LATE -> Thread.sleep(answers ? LATE_MILLIS : 0);
      case SLOW -> Thread.sleep(answers ? SLOW_MILLIS : 0);
      case HALF_OPEN -> {
        return false;
      }
      case DEAF -> {
        return !answers;
      }
      case RESET, GONE -> throw new IOException("torn");
    }
    return true;
  }

  private static void tear(Socket socket) {
    try {
      // with linger 0 a close sends RST
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // as wanted
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(FaultProxy::tear);
  }
}
