package dev.attune.system.pods;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * How a pod is asked whether it started, lives or is ready.
 *
 * @param path of an HTTP GET; empty: the port has to take a connection
 * @param failures in a row that make it fail
 */
record Probe(String path, int port, Duration period, int failures, Duration timeout) {
  /** With Kubernetes' defaults. */
  static Probe of(Fields probe, Map<String, Integer> ports) {
    var period = Duration.ofSeconds(probe.number("periodSeconds", 10));
    int failures = probe.number("failureThreshold", 3);
    var timeout = Duration.ofSeconds(probe.number("timeoutSeconds", 1));
    Fields how = probe.some("httpGet").orElseGet(() -> probe.inner("tcpSocket"));
    String path = how.text("path").orElse("");
    String port = how.need("port");
    how.only("scheme", "HTTP").end();
    probe.end();
    return new Probe(path, number(port, ports), period, failures, timeout);
  }

  static int number(String port, Map<String, Integer> ports) {
    Integer named = ports.get(port);
    return named == null ? Integer.parseInt(port) : named;
  }

  boolean succeeds(String address) {
    return path.isEmpty() ? connects(address) : answers(address);
  }

  private boolean connects(String address) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean answers(String address) {
    try {
      URI url = URI.create("http://" + address + ":" + port + path);
      var connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout((int) timeout.toMillis());
      connection.setReadTimeout((int) timeout.toMillis());
      try {
        return connection.getResponseCode() / 100 == 2;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
