package dev.attune.training.train;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A page for people that needs nothing else: a template of this package with its style inside. */
final class Page {
  private Page() {}

  static String of(String template, Map<String, Object> values) {
    return Mustache.compiler()
        .defaultValue("")
        .withLoader(part -> new StringReader(resource(part)))
        .compile(resource(template))
        .execute(values);
  }

  private static String resource(String name) {
    try (InputStream file = Objects.requireNonNull(Page.class.getResourceAsStream(name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String number(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }

  static String plusMinus(double margin, int digits) {
    return Double.isFinite(margin)
        ? String.format(Locale.ROOT, " ± %." + digits + "f", margin)
        : "";
  }
}
