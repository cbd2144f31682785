package dev.attune.gateway.tracking;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How custom events are held against the playbook's tracking plan.
 *
 * @param playbook the folder that may hold a {@code tracking-plan.yaml}; without it every custom
 *     event is taken, since a plan is a choice
 * @param unknownNames what happens to a name that the plan does not list: ALLOW, WARN (counted, and
 *     named once in the log) or REFUSE; taken by default: a new front end must not lose its events
 *     because the plan is a day behind
 */
@ConfigurationProperties("attune.tracking")
public record TrackingSettings(
    @Nullable Path playbook, @DefaultValue("ALLOW") UnknownNames unknownNames) {
  /** What to do with a custom event that the plan does not know. */
  public enum UnknownNames {
    /** Take it. */
    ALLOW,
    /** Take it, count it, and name it once in the log. */
    WARN,
    /** Refuse it. */
    REFUSE
  }
}
