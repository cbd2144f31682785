package dev.attune.system.pods;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A bridge on this machine and an address on it for each pod. Made with {@code ip}, and podman only
 * plugs containers in: so nothing has to be installed for it, and no firewall's rules are changed.
 * The machine itself is the first address: there are the name server, and the Services that have an
 * address of their own.
 */
final class PodNetwork implements AutoCloseable {
  static final String NAME = "attune-pods";
  private static final String PREFIX = "10.213.0.";
  private static final String SUBNET = PREFIX + "0/24";
  private static final int FIRST = 10;
  private static final int LAST = 250;

  private final Podman podman;
  private final AtomicInteger given = new AtomicInteger();

  PodNetwork(Podman podman) throws IOException, InterruptedException {
    this.podman = podman;
    remove(); // what a test that was killed has left
    // podman makes none where such addresses are on the machine already: first its own, then ours
    var created =
        podman
            .run(
                "network",
                "create",
                "--disable-dns",
                "--opt=mode=unmanaged",
                "--interface-name=" + NAME,
                "--subnet=" + SUBNET,
                NAME)
            .succeeded();
    ip("link", "add", NAME, "type", "bridge").succeeded();
    ip("address", "add", PREFIX + "1/24", "dev", NAME).succeeded();
    ip("link", "set", NAME, "up").succeeded();
  }

  private Podman.Ended ip(String... arguments) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(arguments));
    return podman.execute(words, Map.of());
  }

  /** Of this machine. */
  static InetAddress machine() {
    return address(PREFIX + "1");
  }

  static InetAddress address(String numbers) {
    return Inet4Address.ofLiteral(numbers);
  }

  /** One that no pod has; the ones used longest ago come again. */
  String next() {
    return PREFIX + (FIRST + given.getAndIncrement() % (LAST - FIRST));
  }

  static List<String> firstAddresses(int count) {
    return IntStream.range(FIRST, FIRST + count).mapToObj(number -> PREFIX + number).toList();
  }

  private void remove() throws IOException, InterruptedException {
    var bridge = ip("link", "delete", NAME);
    var network = podman.run("network", "rm", "--force", NAME);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    remove();
  }
}
