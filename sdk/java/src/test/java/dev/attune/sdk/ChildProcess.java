package dev.attune.sdk;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the tests run as a process of its own: tracks events through the gateway at the given
 * address, spooled in a file, prints each id once it is queued, and goes on until it is killed or
 * has no more to do.
 */
final class ChildProcess {
  private ChildProcess() {}

  /** Arguments: endpoint, spool file, number of events, "hang" or "close". */
  public static void main(String[] arguments) throws InterruptedException {
    Attune attune =
        Attune.at(arguments[0], "k")
            .spool(Path.of(arguments[1]))
            .retry(Duration.ofMillis(20), Duration.ofMillis(100))
            .start();
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      System.out.println(attune.track(Event.clicked("u-1", "child-" + i)));
    }
    if (arguments[3].equals("close")) {
      attune.flush(Duration.ofSeconds(20));
      String reply =
          attune
              .respond("u-1", "greeting", Map.of(), Duration.ZERO)
              .map(Reply::text)
              .orElse("no reply");
      attune.close();
      System.out.println(reply);
      System.out.println(transports());
    } else {
      System.out.println("all queued");
      Thread.sleep(Duration.ofMinutes(1).toMillis());
    }
  }

  private static Map<String, Boolean> transports() {
    Map<String, Boolean> present = new HashMap<>();
    try {
      Class.forName("java.net.http.HttpClient");
      present.put("java.net.http", true);
    } catch (ClassNotFoundException e) {
      present.put("java.net.http", false);
    }
    return present;
  }
}
