package dev.attune.system.pods;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Deployment or StatefulSet.
 *
 * @param labels of its pods
 * @param claims of each replica, the names of the volumes that they are
 * @param template all that is said of its pods: another one asks for new pods
 */
record Workload(
    boolean stateful,
    String name,
    int replicas,
    Map<String, String> labels,
    PodSpec pod,
    List<String> claims,
    Object template) {
  static Workload of(Fields object) {
    boolean stateful = object.need("kind").equals("StatefulSet");
    Fields spec = spec(object);
    Fields template = spec.inner("template");
    Map<String, String> labels = labels(template);
    checkSelector(spec, labels);
    int replicas = spec.number("replicas", 1);
    if (stateful) {
      spec.ignore("serviceName");
      // one alone has nobody to wait for
      if (replicas > 1) {
        spec.must("podManagementPolicy", "Parallel");
      }
      spec.only("podManagementPolicy", "Parallel");
    } else {
      Fields strategy = spec.inner("strategy");
      // a new one is ready before an old one goes
      strategy.inner("rollingUpdate").must("maxUnavailable", 0).must("maxSurge", 1).end();
      strategy.only("type", "RollingUpdate").end();
    }
    var read =
        new Workload(
            stateful,
            name(object),
            replicas,
            labels,
            PodSpec.of(template.inner("spec")),
            claims(spec),
            template.raw());
    template.end();
    spec.end();
    return read;
  }

  static String name(Fields object) {
    return object.inner("metadata").need("name");
  }

  static Fields spec(Fields object) {
    object.ignore("apiVersion", "kind", "metadata");
    Fields spec = object.inner("spec");
    object.end();
    return spec;
  }

  /** Annotations are for people, scrapers and to make templates differ. */
  private static Map<String, String> labels(Fields template) {
    Fields metadata = template.inner("metadata");
    Map<String, String> labels = metadata.map("labels");
    metadata.ignore("annotations").end();
    return labels;
  }

  private static void checkSelector(Fields spec, Map<String, String> labels) {
    Fields selector = spec.inner("selector");
    if (!labels.entrySet().containsAll(selector.map("matchLabels").entrySet())) {
      throw spec.error("the selector does not match the pods");
    }
    selector.end();
  }

  private static List<String> claims(Fields spec) {
    var claims = new ArrayList<String>();
    for (Fields claim : spec.list("volumeClaimTemplates")) {
      claims.add(claim.inner("metadata").need("name"));
      // what is asked of a storage class
      claim.ignore("metadata", "spec").end();
    }
    return claims;
  }

  /** As a replica has it: with its own claims, of its ordinal. */
  PodSpec podOf(String replica) {
    var volumes = new LinkedHashMap<>(pod.volumes());
    claims.forEach(claim -> volumes.put(claim, new Volume.Claim(claim + "-" + replica)));
    return pod.with(volumes);
  }
}
