package dev.attune.console.overview;

import dev.attune.console.forward.Service;
import java.util.List;
import java.util.Map;

/** All instances of all services at one time. */
record Look(long atMillis, Map<Service, List<InstanceLook>> services) {
  /** Nobody where the service's name has no address. */
  List<InstanceLook> of(Service service) {
    return services.getOrDefault(service, List.of());
  }
}
