package dev.attune.gateway.tracking;

import dev.attune.core.tracking.TrackingPlan;
import dev.attune.core.yaml.Problems;
import dev.attune.gateway.tracking.TrackingSettings.UnknownNames;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Holds custom events against the playbook's tracking plan, if it has one. */
@Component
public final class TrackingPlanCheck {
  private static final Logger log = LoggerFactory.getLogger(TrackingPlanCheck.class);

  /** Names come from clients: the log and this memory must not grow with their fancy. */
  private static final int MOST_NAMES = 100;

  /** What a developer names an event; anything else may be a customer's text. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z_. -]{0,63}");

  private final TrackingPlan plan;
  private final UnknownNames rule;
  private final Counter unknown;
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  TrackingPlanCheck(TrackingSettings settings, MeterRegistry meters) {
    Path playbook = settings.playbook();
    this.plan = playbook == null ? TrackingPlan.NONE : TrackingPlan.load(playbook);
    this.rule = settings.unknownNames();
    this.unknown =
        Counter.builder("attune.ingest.custom.unknown")
            .baseUnit("events")
            .description("Custom events whose name the tracking plan does not list")
            .register(meters);
  }

  /** Null when the event is none of the plan's business or keeps it. */
  public @Nullable EventError check(InteractionEvent event) {
    Custom custom = event.getCustom();
    if (custom == null || plan.isEmpty()) {
      return null;
    }
    return plan.knows(custom.getName()) ? plan.check(custom) : unknown(custom.getName());
  }

  private static String shown(String name) {
    return PLAIN.matcher(name).matches() ? name : "(%d characters)".formatted(name.length());
  }

  private @Nullable EventError unknown(String name) {
    unknown.increment();
    return switch (rule) {
      case ALLOW -> null;
      case WARN -> {
        if (named.size() < MOST_NAMES && named.add(name)) {
          log.warn("The tracking plan has no custom event named {}", shown(name));
        }
        yield null;
      }
      case REFUSE ->
          new EventError(
              EventError.SCHEMA_INVALID,
              "custom.name",
              "expected a name of the tracking plan" + Problems.suggestion(name, plan.names()));
    };
  }
}
