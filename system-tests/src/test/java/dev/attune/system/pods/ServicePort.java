package dev.attune.system.pods;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * A port of a Service with an address of its own. As a cluster's nodes do, it leads each new
 * connection to one of the pods that are ready by then, and leaves those that there are alone.
 */
final class ServicePort implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int QUEUE = 1_024;

  private final ServerSocket server;
  private final Supplier<List<InetSocketAddress>> pods;

  ServicePort(InetAddress address, int port, Supplier<List<InetSocketAddress>> pods)
      throws IOException {
    this.server = new ServerSocket(port, QUEUE, address);
    this.pods = pods;
    var unused = Thread.ofVirtual().name("service-" + port).start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        var unused = Thread.ofVirtual().start(() -> lead(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void lead(Socket client) {
    List<InetSocketAddress> ready = pods.get();
    try (client;
        var pod = new Socket()) {
      if (ready.isEmpty()) {
        return;
      }
      pod.connect(ready.get(ThreadLocalRandom.current().nextInt(ready.size())), CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      pod.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> copy(pod, client));
      copy(client, pod);
      back.join();
    } catch (IOException e) {
      // the client sees it end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One direction, with its end; a broken one breaks both. */
  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      abort(from);
      abort(to);
    }
  }

  private static void abort(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // is closed
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
