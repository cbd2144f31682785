package dev.attune.local.infra;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Probes over plain HTTP. */
public final class HttpProbe {
  private static final int TIMEOUT_MILLIS = 2_000;

  private HttpProbe() {}

  /** The status of a GET, or -1 when nobody answers. */
  public static int status(URI url) {
    try {
      // HttpURLConnection: a probe needs no pool and no selector thread
      var connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try {
        return connection.getResponseCode();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return -1;
    }
  }
}
