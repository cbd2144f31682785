package dev.attune.streams;

import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;

/** What binding and validating properties gave: settings, or the problem with them. */
public record Bound<T>(@Nullable T bound, String problem) {

  private static final ValidatorFactory VALIDATORS = Validation.buildDefaultValidatorFactory();

  public static <T> Bound<T> of(
      String prefix, Class<T> type, Map<String, String> required, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    required.forEach((name, value) -> properties.put(prefix + "." + name, value));
    more.forEach((name, value) -> properties.put(prefix + "." + name, value));
    try {
      T value =
          new Binder(
                  List.of(new MapConfigurationPropertySource(properties)),
                  null,
                  ApplicationConversionService.getSharedInstance())
              .bindOrCreate(prefix, Bindable.of(type));
      String problem =
          VALIDATORS.getValidator().validate(value).stream()
              .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
              .collect(Collectors.joining("; "));
      return new Bound<>(value, problem);
    } catch (BindException e) {
      return new Bound<>(null, String.valueOf(e.getCause()));
    }
  }

  public T value() {
    if (bound == null || !problem.isEmpty()) {
      throw new AssertionError(problem);
    }
    return bound;
  }
}
