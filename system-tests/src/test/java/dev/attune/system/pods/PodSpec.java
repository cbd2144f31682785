package dev.attune.system.pods;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod of one container, as far as it can be played.
 *
 * @param environment by name, in order; the sources of {@code envFrom} come first
 * @param mounts of volumes, by the path
 * @param volumes by name
 * @param preStop a command that runs before the container is told to end; empty: none
 */
record PodSpec(
    String name,
    String image,
    List<String> command,
    List<String> arguments,
    List<Source> sources,
    Map<String, Variable> environment,
    Map<String, Mount> mounts,
    Map<String, Volume> volumes,
    Security security,
    Map<String, String> limits,
    Map<String, String> requests,
    Optional<Probe> startup,
    Optional<Probe> liveness,
    Optional<Probe> readiness,
    List<String> preStop,
    int graceSeconds,
    Map<String, Integer> ports) {
  /** All entries of a ConfigMap or Secret, as variables. */
  record Source(Kind kind, String name) {}

  enum Kind {
    CONFIG_MAP,
    SECRET
  }

  /** Where a variable's value is from. */
  sealed interface Variable {
    record Text(String value) implements Variable {}

    record Entry(Kind kind, String name, String key) implements Variable {}

    record Field(String path) implements Variable {}
  }

  record Mount(String volume, boolean readOnly) {}

  /** Who the container is, and whose files it may write. */
  record Security(int user, int group, int filesGroup, boolean readOnlyRoot) {}

  /** With other volumes. */
  PodSpec with(Map<String, Volume> others) {
    return new PodSpec(
        name,
        image,
        command,
        arguments,
        sources,
        environment,
        mounts,
        others,
        security,
        limits,
        requests,
        startup,
        liveness,
        readiness,
        preStop,
        graceSeconds,
        ports);
  }

  static PodSpec of(Fields pod) {
    pod.ignore("serviceAccountName", "imagePullSecrets", "topologySpreadConstraints");
    pod.ignore("nodeSelector", "tolerations", "affinity", "restartPolicy");
    pod.must("automountServiceAccountToken", false).must("enableServiceLinks", false);
    List<Fields> containers = pod.list("containers");
    if (containers.size() != 1) {
      throw pod.error("pods of one container are played");
    }
    PodSpec read = of(pod, containers.getFirst());
    pod.end();
    return read;
  }

  private static PodSpec of(Fields pod, Fields container) {
    container.ignore("imagePullPolicy");
    Map<String, Integer> ports = ports(container);
    Fields resources = container.some("resources").orElseGet(() -> new Fields("none", Map.of()));
    PodSpec read =
        new PodSpec(
            container.need("name"),
            container.need("image"),
            container.texts("command"),
            container.texts("args"),
            container.list("envFrom").stream().map(PodSpec::source).toList(),
            environment(container),
            mounts(container),
            Volume.of(pod),
            security(pod.inner("securityContext"), container.inner("securityContext")),
            resources.map("limits"),
            resources.map("requests"),
            container.some("startupProbe").map(probe -> Probe.of(probe, ports)),
            container.some("livenessProbe").map(probe -> Probe.of(probe, ports)),
            container.some("readinessProbe").map(probe -> Probe.of(probe, ports)),
            preStop(container),
            pod.number("terminationGracePeriodSeconds", 30),
            ports);
    resources.end();
    container.end();
    return read;
  }

  /** Numbers by name. */
  static Map<String, Integer> ports(Fields container) {
    var ports = new LinkedHashMap<String, Integer>();
    for (Fields port : container.list("ports")) {
      ports.put(port.need("name"), port.number("containerPort", 0));
      port.only("protocol", "TCP").end();
    }
    return ports;
  }

  private static Source source(Fields source) {
    Optional<Fields> map = source.some("configMapRef");
    Fields named = map.orElseGet(() -> source.inner("secretRef"));
    var read = new Source(map.isPresent() ? Kind.CONFIG_MAP : Kind.SECRET, named.need("name"));
    named.end();
    source.end();
    return read;
  }

  private static Map<String, Variable> environment(Fields container) {
    var variables = new LinkedHashMap<String, Variable>();
    for (Fields variable : container.list("env")) {
      String name = variable.need("name");
      Variable value =
          variable
              .some("valueFrom")
              .map(PodSpec::reference)
              .orElseGet(() -> new Variable.Text(variable.text("value").orElse("")));
      // of two with one name the later one counts, at its own place
      variables.remove(name);
      variables.put(name, value);
      variable.end();
    }
    return variables;
  }

  private static Variable reference(Fields from) {
    var found = new ArrayList<Variable>();
    from.some("secretKeyRef").ifPresent(entry -> found.add(entry(Kind.SECRET, entry)));
    from.some("configMapKeyRef").ifPresent(entry -> found.add(entry(Kind.CONFIG_MAP, entry)));
    from.some("fieldRef")
        .ifPresent(
            field -> {
              found.add(new Variable.Field(field.need("fieldPath")));
              field.end();
            });
    from.end();
    return found.getFirst();
  }

  private static Variable entry(Kind kind, Fields entry) {
    var read = new Variable.Entry(kind, entry.need("name"), entry.need("key"));
    entry.end();
    return read;
  }

  private static Map<String, Mount> mounts(Fields container) {
    var mounts = new LinkedHashMap<String, Mount>();
    for (Fields mount : container.list("volumeMounts")) {
      boolean readOnly = mount.text("readOnly").map(Boolean::parseBoolean).orElse(false);
      mounts.put(mount.need("mountPath"), new Mount(mount.need("name"), readOnly));
      mount.end();
    }
    return mounts;
  }

  private static Security security(Fields pod, Fields container) {
    container.inner("capabilities").must("drop", List.of("ALL")).end();
    pod.inner("seccompProfile").must("type", "RuntimeDefault").end();
    pod.must("runAsNonRoot", true);
    container.must("allowPrivilegeEscalation", false);
    boolean readOnly =
        container.text("readOnlyRootFilesystem").map(Boolean::parseBoolean).orElse(false);
    var security =
        new Security(
            pod.number("runAsUser", 0),
            pod.number("runAsGroup", 0),
            pod.number("fsGroup", 0),
            readOnly);
    pod.end();
    container.end();
    return security;
  }

  private static List<String> preStop(Fields container) {
    return container
        .some("lifecycle")
        .map(
            lifecycle -> {
              Fields stop = lifecycle.inner("preStop");
              Fields exec = stop.inner("exec");
              List<String> command = exec.texts("command");
              exec.end();
              stop.end();
              lifecycle.end();
              return command;
            })
        .orElse(List.of());
  }
}
