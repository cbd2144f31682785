package dev.attune.console.overview;

import dev.attune.console.forward.Service;
import java.util.Map;

/** All services at one time. */
record Snapshot(long atMillis, Map<Service, ServiceLook> services) {
  ServiceLook of(Service service) {
    return services.getOrDefault(service, ServiceLook.NEVER);
  }

  Metrics metrics(Service service) {
    return of(service).metrics();
  }
}
