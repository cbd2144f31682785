package dev.attune.streams;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

/** What binding properties gave: settings, or the problem with them. */
public record Bound<T>(@Nullable T bound, String problem) {
  public static <T> Bound<T> of(
      String prefix, Class<T> type, Map<String, String> required, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    required.forEach((name, value) -> properties.put(prefix + "." + name, value));
    more.forEach((name, value) -> properties.put(prefix + "." + name, value));
    try {
      var binder = new Binder(new MapConfigurationPropertySource(properties));
      return new Bound<>(binder.bindOrCreate(prefix, type), "");
    } catch (BindException e) {
      return new Bound<>(
          null, e.getMessage() + ": " + NestedExceptionUtils.getMostSpecificCause(e));
    }
  }

  public T value() {
    if (bound == null || !problem.isEmpty()) {
      throw new AssertionError(problem);
    }
    return bound;
  }
}
