package dev.attune.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Tells a list to whoever has the key {@code right}, and refuses everybody else. */
record ListServer(HttpServer server) implements AutoCloseable {
  /**
   * @param refusal the status of who has another key
   */
  static ListServer telling(String path, String list, int refusal) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = list.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("Authorization");
          exchange.sendResponseHeaders("Bearer right".equals(key) ? 200 : refusal, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return new ListServer(server);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
