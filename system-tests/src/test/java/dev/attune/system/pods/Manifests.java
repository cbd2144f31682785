package dev.attune.system.pods;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a release's manifests say, as far as it is played. A kind that is neither played nor in the
 * list of what a cluster alone can show is an error.
 */
final class Manifests {
  /** Nothing here schedules, scales, guards the network or scrapes. */
  static final Set<String> OF_A_CLUSTER =
      Set.of(
          "ServiceAccount",
          "NetworkPolicy",
          "Ingress",
          "PodDisruptionBudget",
          "HorizontalPodAutoscaler",
          "ScaledObject",
          "ServiceMonitor",
          "PrometheusRule");

  final Map<String, Map<String, String>> configMaps = new LinkedHashMap<>();
  final Map<String, Map<String, String>> secrets = new LinkedHashMap<>();
  final List<Service> services = new ArrayList<>();
  final Map<String, Workload> workloads = new LinkedHashMap<>();
  final List<Task> tasks = new ArrayList<>();
  final Map<String, Task> schedules = new LinkedHashMap<>();
  private final List<String> skipped = new ArrayList<>();

  /** None yet. */
  Manifests() {}

  Manifests(Collection<Map<String, Object>> objects) {
    for (Map<String, Object> object : objects) {
      String kind = String.valueOf(object.get("kind"));
      Object metadata = object.getOrDefault("metadata", Map.of());
      String name = String.valueOf(((Map<?, ?>) metadata).get("name"));
      add(kind, name, new Fields(kind + " " + name, object));
    }
  }

  private void add(String kind, String name, Fields object) {
    if (OF_A_CLUSTER.contains(kind)) {
      skipped.add(kind);
      return;
    }
    switch (kind) {
      case "ConfigMap" -> configMaps.put(name, object.map("data"));
      case "Secret" -> secrets.put(name, secret(object));
      case "Service" -> services.add(Service.of(object));
      case "Deployment", "StatefulSet" -> workloads.put(name, Workload.of(object));
      case "Job" -> tasks.add(Task.of(name, object));
      case "CronJob" -> schedules.put(name, Task.ofSchedule(name, object));
      // a folder on this machine, of the claim's name
      case "PersistentVolumeClaim" -> {}
      default -> throw object.error("this kind is not played");
    }
  }

  private static Map<String, String> secret(Fields object) {
    var entries = new LinkedHashMap<String, String>();
    object
        .map("data")
        .forEach(
            (key, value) ->
                entries.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    entries.putAll(object.map("stringData"));
    object.ignore("apiVersion", "kind", "metadata", "type").end();
    return entries;
  }

  /** Jobs of a moment of the release, in their order; of none: those that come with the rest. */
  List<Task> tasksAt(String moment) {
    return tasks.stream()
        .filter(task -> task.runsAt(moment))
        .sorted(Comparator.comparingInt(Task::weight))
        .toList();
  }

  /** Kinds of objects that only a cluster can play, of this release. */
  Set<String> skipped() {
    return Set.copyOf(skipped);
  }
}
