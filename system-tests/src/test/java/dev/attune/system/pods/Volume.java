package dev.attune.system.pods;

import dev.attune.system.pods.PodSpec.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where the files of a pod's folder are. */
sealed interface Volume {
  record Empty() implements Volume {}

  record Claim(String name) implements Volume {}

  /**
   * Entries of a ConfigMap or Secret.
   *
   * @param items the file of each entry; empty: all, each in the file of its name
   */
  record Files(Kind kind, String name, Map<String, String> items) implements Volume {}

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
          .ifPresent(map -> volumes.put(name, new Volume.Files(Kind.CONFIG_MAP, map, Map.of())));
      volume.some("secret").ifPresent(secret -> volumes.put(name, secret(secret)));
      volume.end();
    }
    return volumes;
  }

  private static Volume secret(Fields secret) {
    var items = new LinkedHashMap<String, String>();
    for (Fields item : secret.list("items")) {
      items.put(item.need("key"), item.need("path"));
      item.end();
    }
    var files = new Volume.Files(Kind.SECRET, secret.need("secretName"), items);
    secret.ignore("defaultMode").end();
    return files;
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
