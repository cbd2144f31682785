package dev.attune.system.pods;

import dev.attune.system.pods.PodSpec.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where the files of a pod's folder are. */
sealed interface Volume {
  record Empty() implements Volume {}

  record Claim(String name) implements Volume {}

  record Files(Kind kind, String name) implements Volume {}

  /** A pod's, by name. */
  static Map<String, Volume> of(Fields pod) {
    var volumes = new LinkedHashMap<String, Volume>();
    for (Fields volume : pod.list("volumes")) {
      String name = volume.need("name");
      volume
          .some("emptyDir")
          .ifPresent(
              empty -> {
                empty.ignore("sizeLimit").end();
                volumes.put(name, new Volume.Empty());
              });
      named(volume, "persistentVolumeClaim", "claimName")
          .ifPresent(claim -> volumes.put(name, new Volume.Claim(claim)));
      named(volume, "configMap", "name")
          .ifPresent(map -> volumes.put(name, new Volume.Files(Kind.CONFIG_MAP, map)));
      named(volume, "secret", "secretName")
          .ifPresent(secret -> volumes.put(name, new Volume.Files(Kind.SECRET, secret)));
      volume.end();
    }
    return volumes;
  }

  private static Optional<String> named(Fields volume, String kind, String key) {
    return volume
        .some(kind)
        .map(
            of -> {
              String name = of.need(key);
              of.ignore("defaultMode").end();
              return name;
            });
  }
}
