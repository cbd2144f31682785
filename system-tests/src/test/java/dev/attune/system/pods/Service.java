package dev.attune.system.pods;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A name for pods: of their addresses, or of one that leads to them.
 *
 * @param ports of the pods, by number or name, for each of its own
 */
record Service(
    String name,
    boolean headless,
    boolean alsoUnready,
    Map<String, String> selector,
    Map<Integer, String> ports) {
  static Service of(Fields object) {
    String name = Workload.name(object);
    Fields spec = Workload.spec(object);
    Optional<String> address = spec.text("clusterIP");
    spec.only("type", "ClusterIP").only("clusterIP", "None");
    var read =
        new Service(
            name,
            address.isPresent(),
            spec.text("publishNotReadyAddresses").map(Boolean::parseBoolean).orElse(false),
            spec.map("selector"),
            ports(spec));
    spec.end();
    return read;
  }

  private static Map<Integer, String> ports(Fields spec) {
    var ports = new LinkedHashMap<Integer, String>();
    for (Fields port : spec.list("ports")) {
      port.ignore("name", "appProtocol").only("protocol", "TCP");
      int number = port.number("port", 0);
      ports.put(number, port.text("targetPort").orElse(Integer.toString(number)));
      port.end();
    }
    return ports;
  }

  boolean selects(Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.entrySet());
  }
}
