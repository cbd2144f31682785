package dev.attune.system.pods;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The network of a compose file's services: each has an address of its own, and they find each
 * other by their names. It stands in for the one that podman makes where it has a name server and a
 * firewall to make it with.
 */
public final class ComposeNetwork implements AutoCloseable {
  private final PodNetwork network;
  private final NameServer names;
  private final Map<String, String> addresses = new TreeMap<>();

  public ComposeNetwork(Podman podman, Collection<String> services)
      throws IOException, InterruptedException {
    this.network = new PodNetwork(podman);
    services.forEach(service -> addresses.put(service, network.next()));
    this.names =
        new NameServer(
            PodNetwork.machine(),
            name ->
                Optional.ofNullable(addresses.get(name))
                    .map(address -> List.of(PodNetwork.address(address))));
  }

  /** Where this machine reaches a service, on the ports that it has in its container. */
  public String address(String service) {
    return Objects.requireNonNull(addresses.get(service));
  }

  /** Of this machine, on this network. */
  public String machine() {
    return PodNetwork.machine().getHostAddress();
  }

  /** The default network of all services, as a compose file says it. */
  public static Map<String, Object> networks() {
    return Map.of("default", Map.of("name", PodNetwork.NAME, "external", true));
  }

  /** How a service takes part. */
  public Map<String, Object> of(String service) {
    return Map.of(
        "networks", Map.of("default", Map.of("ipv4_address", address(service))),
        "dns", List.of(machine()));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    names.close();
    network.close();
  }
}
