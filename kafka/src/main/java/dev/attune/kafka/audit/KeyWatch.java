package dev.attune.kafka.audit;

import dev.attune.core.access.LiveKeys;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.stream.Collectors;

/**
 * Tells when each key was last let in, by its name, so that an operator sees which nobody needs;
 * and the audit log what became of the file of keys.
 */
public final class KeyWatch {
  private final LiveKeys keys;
  private final MultiGauge lastUsed;

  public KeyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    this.keys = keys;
    this.lastUsed =
        MultiGauge.builder("attune.key.last.used")
            .description("When a key was last let in here, as Unix time; 0: not since the start")
            .baseUnit("seconds")
            .register(metrics);
    FunctionCounter.builder("attune.audit.lost", audit, AuditLog::lost)
        .description("Acts that happened and could not be recorded in the topic audit")
        .register(metrics);
    show();
    keys.onChange(
        changes -> {
          show();
          changes.forEach(change -> audit.note(Act.keyChange(change.word(), change.name())));
        });
  }

  private void show() {
    lastUsed.register(
        keys.ring().keys().stream()
            .map(key -> key.name())
            .map(name -> Row.of(Tags.of("key", name), keys, all -> all.lastUsed(name)))
            .collect(Collectors.toList()),
        true);
  }
}
