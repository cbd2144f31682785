package dev.attune.local.infra;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests that no HTTP client sends, for tests of what a server answers them, or logs of them. */
public final class RawRequests {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int AT_A_TIME = 16;

  private RawRequests() {}

  /** Broken heads and twisted paths, each of which names a user somewhere. */
  public static List<String> naming(String user) {
    return List.of(
        get("/v1/users/" + user),
        get("/v1/users/" + user + "/../../x"),
        get("/v1/users/" + user + "/..%2f..%2fx"),
        get("/v1/users/" + user + "/%2e%2e/%2e%2e/x"),
        get("/v1/users/" + user + "/%252e%252e%252fx"),
        get("/" + user + "/../../../x"),
        get("/WEB-INF/" + user),
        get("/url:" + user),
        get("/v1/users/" + user + "%zz"),
        get("/v1/users/" + user + "\\..\\x"),
        get("/v1/users/" + user + "|{}^`"),
        get("/v1/users/" + user + "?asOf=%zz&key=" + user),
        get("http://" + user + ":port/x"),
        get("/" + user + "x".repeat(20_000)),
        "GET /v1/users/" + user + "\r\n\r\n",
        "GET /v1/users/" + user + " " + user + "/9\r\n\r\n",
        user + " /v1/users/" + user + " HTTP/1.1\r\nHost: a\r\n\r\n",
        headed("Content-Length: " + user),
        headed("Content-Length: 1\r\nContent-Length: 2\r\nX-User: " + user),
        headed("Content-Length: 1\r\nTransfer-Encoding: chunked\r\nX-User: " + user),
        headed("Transfer-Encoding: " + user),
        headed(user + " : x"),
        headed(user),
        headed(":" + user),
        headed("X-User: " + user + "\u0001"),
        headed("X-User: " + user + "x".repeat(20_000)),
        headed("Cookie: " + user + "=\"" + user),
        headed("Host: " + user + ":port"),
        headed("Origin: http://" + user + ":port"),
        headed("Origin: http://" + user + ":99999999"),
        headed("Accept: " + user),
        headed("Content-Type: " + user),
        headed("Last-Event-ID: " + user),
        headed("Expect: " + user));
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  }

  private static String headed(String header) {
    return "GET /v1/users/somebody HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        + header
        + "\r\n\r\n";
  }

  /** What a server answers to each, some asked at a time: most of it is waiting for silence. */
  public static Map<String, String> send(URI server, List<String> requests)
      throws IOException, InterruptedException {
    Map<String, Future<String>> asked = new LinkedHashMap<>();
    Map<String, String> answers = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (String request : requests) {
        asked.put(request, threads.submit(() -> send(server, request)));
      }
      for (Map.Entry<String, Future<String>> each : asked.entrySet()) {
        answers.put(each.getKey(), each.getValue().get());
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return answers;
  }

  /** What a server answers until it closes the connection or says nothing for two seconds. */
  public static String send(URI server, String request) throws IOException {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      byte[] bytes = new byte[8192];
      for (int n = read(socket, bytes); n >= 0; n = read(socket, bytes)) {
        answer.append(new String(bytes, 0, n, ISO_8859_1));
      }
    }
    return answer.toString();
  }

  private static int read(Socket socket, byte[] bytes) throws IOException {
    try {
      return socket.getInputStream().read(bytes);
    } catch (SocketTimeoutException silent) {
      return -1;
    }
  }
}
