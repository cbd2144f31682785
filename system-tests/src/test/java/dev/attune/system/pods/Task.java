package dev.attune.system.pods;

import java.util.List;
import java.util.Map;

/**
 * A pod that runs to its end: a Job.
 *
 * @param hook when Helm runs it, such as {@code pre-install,pre-upgrade}; empty: with the rest
 * @param weight the lower ones first
 */
record Task(String name, String hook, int weight, PodSpec pod) {
  static Task of(String name, Fields object) {
    Fields metadata = object.inner("metadata");
    Map<String, String> annotations = metadata.map("annotations");
    Fields spec = Workload.spec(object);
    PodSpec pod = pod(spec);
    return new Task(
        name,
        annotations.getOrDefault("helm.sh/hook", ""),
        Integer.parseInt(annotations.getOrDefault("helm.sh/hook-weight", "0")),
        pod);
  }

  /** One run of a CronJob, as an operator starts it by hand. */
  static Task ofSchedule(String name, Fields object) {
    Fields spec = Workload.spec(object);
    spec.ignore("schedule", "timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend");
    spec.ignore("successfulJobsHistoryLimit", "failedJobsHistoryLimit");
    Fields job = spec.inner("jobTemplate");
    PodSpec pod = pod(job.inner("spec"));
    job.ignore("metadata").end();
    spec.end();
    return new Task(name, "", 0, pod);
  }

  /** A run that fails fails the test, so no other is tried. */
  private static PodSpec pod(Fields spec) {
    spec.ignore("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished");
    Fields template = spec.inner("template");
    PodSpec pod = PodSpec.of(template.inner("spec"));
    template.ignore("metadata").end();
    spec.end();
    return pod;
  }

  boolean runsAt(String moment) {
    return List.of(hook.split(",")).contains(moment);
  }
}
