package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Kubernetes' Pod Security Standard asks of pods in its strictest profile, {@code restricted}.
 */
final class RestrictedProfile {
  private static final Set<String> VOLUMES =
      Set.of("configMap", "emptyDir", "persistentVolumeClaim", "secret");

  private RestrictedProfile() {}

  static void assertKept(Map<String, Object> pod) {
    assertThat(pod).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC", "initContainers");
    assertThat(at(pod, "securityContext"))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"))
        .containsKey("runAsUser")
        .doesNotContainEntry("runAsUser", 0)
        .doesNotContainKey("sysctls");
    for (Map<String, Object> volume : Monitoring.list(pod, "volumes")) {
      assertThat(volume.keySet())
          .filteredOn(key -> !key.equals("name"))
          .hasSize(1)
          .allMatch(VOLUMES::contains);
    }
    List<Map<String, Object>> containers = Monitoring.list(pod, "containers");
    assertThat(containers).isNotEmpty();
    containers.forEach(RestrictedProfile::assertKeptByContainer);
  }

  private static void assertKeptByContainer(Map<String, Object> container) {
    // without words of its own on users and seccomp, which would win over the pod's
    assertThat(at(container, "securityContext"))
        .containsEntry("allowPrivilegeEscalation", false)
        .containsEntry("capabilities", Map.of("drop", List.of("ALL")))
        .doesNotContainKeys("privileged", "procMount", "runAsUser", "runAsNonRoot")
        .doesNotContainKey("seccompProfile");
    for (Map<String, Object> port : Monitoring.list(container, "ports")) {
      assertThat(port).doesNotContainKey("hostPort");
    }
  }
}
