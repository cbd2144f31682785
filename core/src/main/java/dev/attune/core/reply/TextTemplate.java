package dev.attune.core.reply;

import com.ibm.icu.number.LocalizedNumberFormatter;
import com.ibm.icu.number.NumberFormatter;
import com.ibm.icu.number.Precision;
import com.ibm.icu.text.MessageFormat;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import com.samskivert.mustache.Template;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One text in one locale: Mustache, logic-less, its variables escaped for the channel. Inside
 * {@code {{#message}}…{{/message}}} stands an ICU message for plurals, dates and numbers: {@code
 * {open_issues, plural, one {# request} other {# requests}}}. Compiled and checked once, rendered
 * by any number of threads.
 *
 * <p>Refused at load: unescaped variables, partials, other delimiters, and names that nothing ever
 * fills. So what can fail later is only a value that happens to be missing.
 */
final class TextTemplate {
  static final String MESSAGE = "message";
  private static final Pattern MESSAGE_SECTION =
      Pattern.compile("\\{\\{#\\s*message\\s*}}(.*?)\\{\\{/\\s*message\\s*}}", Pattern.DOTALL);
  private static final Pattern REFUSED_TAG = Pattern.compile("\\{\\{\\s*([{&=><$])");

  /** Without a name, or without its end: Mustache would show that to the user as it is. */
  private static final Pattern BROKEN_TAG =
      Pattern.compile("\\{\\{(?!\\s*[#^/]?\\s*[^{}\\s#^/][^{}]*}})");

  private final String source;
  private final Locale locale;

  /** A text without any tag, as most labels are. */
  private final @Nullable String constant;

  private final Map<TextFormat, Template> byFormat = new EnumMap<>(TextFormat.class);
  private final Map<String, MessageFormat> messages = new ConcurrentHashMap<>();

  private TextTemplate(String source, Locale locale) {
    this.source = source.strip();
    this.locale = locale;
    this.constant = source.contains("{{") ? null : source.strip();
    Supplier<LocalizedNumberFormatter> numbers = lazily(() -> numbersOf(locale));
    for (TextFormat format : TextFormat.values()) {
      Mustache.Compiler compiler =
          Mustache.compiler()
              .emptyStringIsFalse(true)
              .zeroIsFalse(true)
              .withEscaper(format::escape)
              .withFormatter(value -> shown(value, numbers))
              .withCollector(new PlainCollector());
      byFormat.put(format, compiler.compile(source));
    }
  }

  /** As it was written. */
  String source() {
    return source;
  }

  /**
   * Compiles a text.
   *
   * @param problems takes each message with its place in the source
   */
  static Optional<TextTemplate> compile(
      String source, String localeTag, TemplateNames names, ObjIntConsumer<String> problems) {
    Matcher refused = REFUSED_TAG.matcher(source);
    if (refused.find()) {
      problems.accept(
          "`{{%s` is not allowed: only {{variable}}, {{#section}} and {{^section}} are"
              .formatted(refused.group(1)),
          refused.start());
      return Optional.empty();
    }
    Matcher broken = BROKEN_TAG.matcher(source);
    if (broken.find()) {
      problems.accept(TemplateMistakes.BRACES, broken.start());
      return Optional.empty();
    }
    try {
      TextTemplate template = new TextTemplate(source, Locale.forLanguageTag(localeTag));
      Collection<String> unknown = names.unknownIn(template.anyFormat());
      unknown.forEach(name -> problems.accept(names.explain(name), place(source, name)));
      template.checkMessages(source, names, problems);
      return unknown.isEmpty() ? Optional.of(template) : Optional.empty();
    } catch (MustacheParseException e) {
      TemplateMistakes.unbalanced(source, problems);
      return Optional.empty();
    }
  }

  /**
   * @throws MustacheException when a value that the text needs is missing, or an ICU message cannot
   *     format what it was given
   */
  String render(Map<String, Object> values, TextFormat format, ZoneId zone) {
    if (constant != null) {
      return constant;
    }
    Template template = byFormat.get(format);
    if (template == null) {
      throw new IllegalStateException("compiled for every format");
    }
    Map<String, Object> inner = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (value instanceof Instant time) {
            inner.put(name, new LocalMoment(time, zone, locale).day());
          }
        });
    inner.put(MESSAGE, message(values, format, zone));
    StringWriter text = new StringWriter();
    template.execute(inner, values, text);
    return text.toString().strip();
  }

  private Mustache.Lambda message(Map<String, Object> values, TextFormat format, ZoneId zone) {
    return (fragment, out) -> {
      Map<String, Object> arguments = new HashMap<>();
      TemplateNames.flatten(
          values, (name, value) -> arguments.put(name, argument(value, format, zone)));
      try {
        // a MessageFormat formats for one thread at a time
        var shared =
            messages.computeIfAbsent(
                fragment.decompile(), pattern -> new MessageFormat(pattern, locale));
        out.write(filled((MessageFormat) shared.clone(), arguments));
      } catch (IllegalArgumentException e) {
        throw new MustacheException("a message could not be formatted", e);
      }
    };
  }

  private static String filled(MessageFormat message, Map<String, Object> arguments) {
    for (String name : message.getArgumentNames()) {
      if (!arguments.containsKey(name)) {
        throw new IllegalArgumentException("no value for " + name);
      }
    }
    return message.format(arguments);
  }

  /** Where a tag of this name begins. */
  private static int place(String source, String name) {
    Matcher tag =
        Pattern.compile("\\{\\{\\s*[#^]?\\s*" + Pattern.quote(name) + "\\s*}}").matcher(source);
    return tag.find() ? tag.start() : 0;
  }

  private void checkMessages(String source, TemplateNames names, ObjIntConsumer<String> problems) {
    Matcher section = MESSAGE_SECTION.matcher(source);
    while (section.find()) {
      String message = section.group(1);
      try {
        for (String name : new MessageFormat(message, locale).getArgumentNames()) {
          if (!names.arguments().contains(name)) {
            int inside = Math.max(0, message.indexOf("{" + name));
            problems.accept(names.explainArgument(name), section.start(1) + inside);
          }
        }
      } catch (IllegalArgumentException e) {
        String why = TemplateMistakes.ofMessage(String.valueOf(e.getMessage()));
        problems.accept(why, section.start(1));
      }
    }
  }

  /** How many characters it has at least. */
  int leastLength() {
    return constant == null ? new TextLength(false).of(anyFormat()) : constant.length();
  }

  /** How many characters it has when all its sections are there, besides the values. */
  int fullLength() {
    return constant == null ? new TextLength(true).of(anyFormat()) : constant.length();
  }

  private Template anyFormat() {
    return byFormat.values().iterator().next();
  }

  private Object argument(Object value, TextFormat format, ZoneId zone) {
    return switch (value) {
      case String text -> format.escape(text);
      case Instant time -> new LocalMoment(time, zone, locale);
      default -> value;
    };
  }

  private static String shown(Object value, Supplier<LocalizedNumberFormatter> numbers) {
    return value instanceof Number number
        ? numbers.get().format(number).toString()
        : String.valueOf(value);
  }

  private static LocalizedNumberFormatter numbersOf(Locale locale) {
    return NumberFormatter.withLocale(locale).precision(Precision.maxFraction(2));
  }

  /** ICU's data takes a tenth of a second to load, which most playbooks never need. */
  private static <T> Supplier<T> lazily(Supplier<T> source) {
    return new Supplier<>() {
      private volatile @Nullable T value;

      @Override
      public T get() {
        T known = value;
        if (known == null) {
          known = source.get();
          value = known;
        }
        return known;
      }
    };
  }
}
