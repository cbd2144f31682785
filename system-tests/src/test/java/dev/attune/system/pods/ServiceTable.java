package dev.attune.system.pods;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All Services: which pods they lead to, by a name or by a port of this machine. */
final class ServiceTable implements AutoCloseable {
  private final String domain;
  private final List<Pod> pods;
  private final NameServer names;
  private final Map<String, List<Service>> services = new ConcurrentHashMap<>();
  private final Map<Service, List<ServicePort>> ports = new ConcurrentHashMap<>();

  /**
   * @param pods all of them, at any time
   */
  ServiceTable(String namespace, List<Pod> pods) throws IOException {
    this.domain = "." + namespace + ".svc.cluster.local";
    this.pods = pods;
    this.names = new NameServer(PodNetwork.machine(), this::addresses);
  }

  /** Opens the ports of Services that are new, and closes those that are gone. */
  void serve(String release, List<Service> now) throws IOException {
    List<Service> before = services.getOrDefault(release, List.of());
    services.put(release, List.copyOf(now));
    for (Service gone : before) {
      if (!now.contains(gone)) {
        close(gone);
      }
    }
    for (Service service : now) {
      if (!service.headless() && !before.contains(service)) {
        open(service);
      }
    }
  }

  private void open(Service service) throws IOException {
    List<ServicePort> open = new ArrayList<>();
    ports.put(service, open);
    for (var port : service.ports().entrySet()) {
      open.add(
          new ServicePort(
              PodNetwork.machine(), port.getKey(), () -> targets(service, port.getValue())));
    }
  }

  private void close(Service service) throws IOException {
    for (ServicePort port : ports.getOrDefault(service, List.of())) {
      port.close();
    }
  }

  private List<Pod> pods(Service service) {
    return pods.stream()
        .filter(pod -> service.selects(pod.labels))
        .filter(pod -> service.alsoUnready() || pod.isOffered())
        .toList();
  }

  private List<InetSocketAddress> targets(Service service, String port) {
    return pods(service).stream()
        .map(
            pod ->
                new InetSocketAddress(
                    PodNetwork.address(pod.address), Probe.number(port, pod.spec.ports())))
        .toList();
  }

  /** Of a Service, or of a StatefulSet's pod by its own name before its Service's. */
  private Optional<List<InetAddress>> addresses(String name) {
    if (!name.endsWith(domain)) {
      return Optional.empty();
    }
    String inside = name.substring(0, name.length() - domain.length());
    int dot = inside.indexOf('.');
    String wanted = inside.substring(dot + 1);
    return services.values().stream()
        .flatMap(List::stream)
        .filter(service -> service.name().equals(wanted))
        .findFirst()
        .map(service -> addresses(service, dot < 0 ? "" : inside.substring(0, dot)));
  }

  private List<InetAddress> addresses(Service service, String pod) {
    if (!service.headless()) {
      return List.of(PodNetwork.machine());
    }
    return pods(service).stream()
        .filter(found -> pod.isEmpty() || found.name.equals(pod))
        .map(found -> PodNetwork.address(found.address))
        .toList();
  }

  @Override
  public void close() throws IOException {
    for (Service service : ports.keySet()) {
      close(service);
    }
    names.close();
  }
}
