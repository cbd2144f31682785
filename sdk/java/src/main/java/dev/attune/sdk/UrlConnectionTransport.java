package dev.attune.sdk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * {@link Transport} over {@link HttpURLConnection}, which Android has too. Chosen by itself where
 * the JDK's HTTP client is missing.
 *
 * <p>The timeout is for each read, and the body is given up at the first read after it: at most
 * twice the timeout. It does not bound a server that takes the request, or sends its headers, a few
 * bytes at a time, since the platform has no such limit.
 */
public final class UrlConnectionTransport implements Transport {
  private static final int CONNECT_MILLIS = 5_000;

  @Override
  public Response post(String url, Map<String, String> headers, byte[] body, Duration timeout)
      throws IOException {
    long began = System.nanoTime();
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout((int) Math.max(1, timeout.toMillis()));
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setInstanceFollowRedirects(false);
    connection.setFixedLengthStreamingMode(body.length);
    headers.forEach(connection::setRequestProperty);
    connection.getOutputStream().write(body);
    int status = connection.getResponseCode();
    String text = read(connection, status, began, timeout);
    return new Response(status, connection.getHeaderField("Retry-After"), text);
  }

  /** Reads to the end, so that the connection can be used again. */
  private static String read(HttpURLConnection connection, int status, long began, Duration timeout)
      throws IOException {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      for (int n = in == null ? -1 : in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes.write(buffer, 0, n);
        if (Duration.ofNanos(System.nanoTime() - began).compareTo(timeout) > 0) {
          throw new SocketTimeoutException("no whole answer within " + timeout);
        }
      }
      return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
  }
}
