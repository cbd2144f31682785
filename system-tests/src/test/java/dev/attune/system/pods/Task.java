package dev.attune.system.pods;

import java.util.List;
import java.util.Map;

/**
 * A pod that runs to its end: a Job.
 *
 * @param hook when Helm runs it, such as {@code pre-install,pre-upgrade}; empty: with the rest
 * @param weight the lower ones first
 * @param retries how often it is tried again; a hook that fails, or a run by hand, fails the test
 */
record Task(String name, String hook, int weight, int retries, PodSpec pod) {
  static Task of(String name, Fields object) {
    Fields metadata = object.inner("metadata");
    Map<String, String> annotations = metadata.map("annotations");
    Fields spec = Workload.spec(object);
    int retries = spec.number("backoffLimit", 6);
    return new Task(
        name,
        annotations.getOrDefault("helm.sh/hook", ""),
        Integer.parseInt(annotations.getOrDefault("helm.sh/hook-weight", "0")),
        retries,
        pod(spec));
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
    return new Task(name, "", 0, 0, pod);
  }

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
