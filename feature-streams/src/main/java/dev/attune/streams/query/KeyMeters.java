package dev.attune.streams.query;

import dev.attune.core.access.LiveKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tells when each key was last let in, by its name. So an operator sees which nobody needs. */
@Component
final class KeyMeters {
  private final LiveKeys keys;
  private final MultiGauge lastUsed;

  KeyMeters(LiveKeys keys, MeterRegistry metrics) {
    this.keys = keys;
    this.lastUsed =
        MultiGauge.builder("attune.key.last.used")
            .description("When a key was last let in here, as Unix time; 0: not since the start")
            .baseUnit("seconds")
            .register(metrics);
    show();
    keys.onChange(_ -> show());
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
