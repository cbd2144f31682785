package dev.attune.kafka;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.PropertySources;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.StringUtils;

/**
 * Says which setting is wrong, which variable sets it, and why it can't be used. Spring Boot says
 * only which record could not be made; the reason is the deepest cause's.
 */
final class SettingsMistake {
  private static final Pattern SETTING = Pattern.compile("attune\\.kafka(\\.[a-z-]+)+");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(ATTUNE_[A-Z_]+)");

  private SettingsMistake() {}

  /**
   * @param settings with the placeholders that name the variables
   */
  static String sentence(BindException failure, PropertySources settings) {
    String reason = reason(failure);
    return SETTING.matcher(reason).replaceAll(found -> named(found, settings)) + ".";
  }

  private static String reason(BindException failure) {
    String name = failure.getName().toString();
    Throwable deepest = NestedExceptionUtils.getMostSpecificCause(failure);
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConversionFailedException conversion) {
        return name + conversionProblem(conversion);
      }
      if (e instanceof PlaceholderResolutionException) {
        // its own text would quote the value, which may be a secret
        return name + " can't hold ${…}: no such variable";
      }
    }
    String said = String.valueOf(deepest.getMessage());
    return said.startsWith("attune.") ? said : name + ": " + said;
  }

  private static String conversionProblem(ConversionFailedException failure) {
    Object[] known = failure.getTargetType().getType().getEnumConstants();
    return " can't be `%s`%s"
        .formatted(
            failure.getValue(),
            known == null
                ? ""
                : "; it is one of " + StringUtils.arrayToDelimitedString(known, ", "));
  }

  private static String named(MatchResult found, PropertySources settings) {
    String variable = variable(found.group(), settings);
    return Matcher.quoteReplacement(
        variable == null ? found.group() : found.group() + " (" + variable + ")");
  }

  private static @Nullable String variable(String setting, PropertySources settings) {
    return settings.stream()
        .map(source -> source.getProperty(setting))
        .filter(value -> value != null)
        .map(value -> VARIABLE.matcher(value.toString()))
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .findFirst()
        .orElse(null);
  }
}
