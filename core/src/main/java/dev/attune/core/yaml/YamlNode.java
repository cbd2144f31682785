package dev.attune.core.yaml;

import dev.attune.core.yaml.Problem.Severity;
import dev.attune.core.yaml.YamlSource.Place;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A place in a YAML file that knows its file, line and column. Typed getters never throw for bad
 * content: they report a {@link Problem} and return a harmless value, so that one reading finds
 * every mistake. A getter without a default reports a missing value; the {@code …Or} forms don't.
 */
public final class YamlNode {
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

  private final YamlSource source;
  private final Place place;
  private final String path;
  private final @Nullable Node node;

  private YamlNode(YamlSource source, Place place, String path, @Nullable Node node) {
    this.source = source;
    this.place = place;
    this.path = path;
    this.node = node;
  }

  /**
   * One key of a map with its value, in file order.
   *
   * @param name the key as a value, which knows its place
   */
  public record Entry(String key, YamlNode name, YamlNode value) {
    /** Reports an error at the key. */
    public void problem(String message) {
      name.problem(message);
    }
  }

  /** Reads a file of a playbook; a file that doesn't exist is a missing node. */
  public static YamlNode load(Path file, Problems problems) {
    String name = file.toString();
    if (!Files.exists(file)) {
      return missing(name, problems);
    }
    try {
      return parse(name, Files.readString(file), problems);
    } catch (CharacterCodingException e) {
      problems.add(name, 1, "is not text in UTF-8");
    } catch (IOException e) {
      problems.add(name, 1, "cannot be read");
    }
    return missing(name, problems);
  }

  public static YamlNode parse(String file, String yaml, Problems problems) {
    var settings = LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(50).build();
    var source = new YamlSource(file, yaml.codePoints().toArray(), problems);
    try {
      if (YamlDepth.isFine(settings, yaml, source)) {
        Optional<Node> root = new Compose(settings).composeString(yaml);
        return root.map(n -> new YamlNode(source, placeOf(n, Place.START), "", n))
            .orElseGet(() -> missing(file, problems));
      }
    } catch (MarkedYamlEngineException e) {
      source.error(YamlMistakes.place(e), YamlMistakes.explain(e.getProblem()));
    } catch (YamlEngineException e) {
      source.error(Optional.empty(), YamlMistakes.explain(String.valueOf(e.getMessage())));
    }
    return missing(file, problems);
  }

  public static YamlNode missing(String file, Problems problems) {
    return new YamlNode(new YamlSource(file, new int[0], problems), Place.START, "", null);
  }

  public String file() {
    return source.file();
  }

  public int line() {
    return place.line();
  }

  public Problems problems() {
    return source.problems();
  }

  /** Reports an error at this place. */
  public void problem(String message) {
    source.add(place, Severity.ERROR, message);
  }

  /** Reports at this place what the playbook works in spite of. */
  public void warning(String message) {
    source.add(place, Severity.WARNING, message);
  }

  /**
   * Reports an error inside a text that this value holds.
   *
   * @param offset in the text
   */
  public void problemIn(String text, int offset, String message) {
    if (node instanceof ScalarNode scalar && scalar.getValue().contains(text)) {
      int at = scalar.getValue().indexOf(text) + offset;
      source.add(ScalarPlaces.find(source.text(), scalar, at), Severity.ERROR, message);
    } else {
      problem(message);
    }
  }

  /** Absent, or present without a value ({@code key:} alone or {@code null}). */
  public boolean isMissing() {
    return node == null || (node instanceof ScalarNode s && s.getTag().equals(Tag.NULL));
  }

  public boolean isMap() {
    return node instanceof MappingNode;
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  public boolean isScalar() {
    return node instanceof ScalarNode && !isMissing();
  }

  /** A scalar that is text whatever it looks like: {@code "5"} and no number. */
  public boolean isQuoted() {
    return node instanceof ScalarNode scalar && scalar.getScalarStyle() != ScalarStyle.PLAIN;
  }

  /** The value under a key; a missing node when there is none. */
  public YamlNode get(String key) {
    if (node instanceof MappingNode map) {
      for (NodeTuple tuple : map.getValue()) {
        if (keyOf(tuple).equals(key)) {
          return child(key, tuple.getValueNode());
        }
      }
    }
    return new YamlNode(source, place, join(key), null);
  }

  public boolean has(String key) {
    return !get(key).isMissing();
  }

  /** The entries of a map in file order; none when missing, a problem when it is no map. */
  public List<Entry> entries() {
    boolean isEmptyList = node instanceof SequenceNode list && list.getValue().isEmpty();
    if (isMissing() || isEmptyList) {
      return List.of();
    }
    if (!(node instanceof MappingNode map)) {
      problem(label() + "must be a map of keys to values");
      return List.of();
    }
    var entries = new ArrayList<Entry>();
    for (NodeTuple tuple : map.getValue()) {
      String key = keyOf(tuple);
      YamlNode name = child(key, tuple.getKeyNode());
      if (entries.stream().anyMatch(e -> e.key().equals(key))) {
        name.problem("`" + join(key) + "` is given twice");
      }
      entries.add(new Entry(key, name, child(key, tuple.getValueNode())));
    }
    return entries;
  }

  /** The items of a list; a single value counts as a list of one; none when missing. */
  public List<YamlNode> items() {
    if (isMissing()) {
      return List.of();
    }
    if (!(node instanceof SequenceNode list)) {
      return List.of(this);
    }
    return list.getValue().stream()
        .map(n -> new YamlNode(source, placeOf(n, place), path, n))
        .toList();
  }

  /** Reports keys that nobody reads, with what was probably meant. */
  public void only(String... known) {
    List<String> allowed = Arrays.asList(known);
    for (Entry entry : entries()) {
      if (!allowed.contains(entry.key())) {
        entry.problem(
            "unknown key `" + entry.key() + "`" + Problems.suggestion(entry.key(), allowed));
      }
    }
  }

  public String text() {
    return text("");
  }

  public String textOr(String otherwise) {
    return isMissing() ? otherwise : text(otherwise);
  }

  public @Nullable String textOrNull() {
    return isMissing() ? null : text("");
  }

  private String text(String otherwise) {
    if (node instanceof ScalarNode scalar && !isMissing()) {
      return scalar.getValue();
    }
    problem(isMissing() ? label() + "is missing" : label() + "must be a single value");
    return otherwise;
  }

  /** The texts of a list (or of a single value). */
  public List<String> texts() {
    return items().stream().map(YamlNode::text).toList();
  }

  public double number() {
    return parsed("a number", Double::valueOf, 0.0);
  }

  public double numberOr(double otherwise) {
    return isMissing() ? otherwise : parsed("a number", Double::valueOf, otherwise);
  }

  public int integer(int min, int max) {
    return whole(null, min, max);
  }

  public int integerOr(int otherwise, int min, int max) {
    return whole(otherwise, min, max);
  }

  private int whole(@Nullable Integer otherwise, int min, int max) {
    if (isMissing() && otherwise != null) {
      return otherwise;
    }
    String expected = "a whole number from " + min + " to " + max;
    int usual = otherwise == null ? min : otherwise;
    int value = parsed(expected, Integer::valueOf, usual);
    if (value < min || value > max) {
      problem(label() + "must be " + expected + ", not " + value);
      return usual;
    }
    return value;
  }

  public boolean flagOr(boolean otherwise) {
    if (isMissing()) {
      return otherwise;
    }
    return parsed(
        "true or false",
        s ->
            switch (s) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException(s);
            },
        otherwise);
  }

  /** A duration such as {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
  public Duration duration() {
    return parsed(
        "a duration such as 90s, 30m, 24h or 7d", YamlNode::toDuration, Duration.ofDays(1));
  }

  public Duration durationOr(Duration otherwise) {
    return isMissing() ? otherwise : duration();
  }

  private static Duration toDuration(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(text);
    }
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }

  /** One of an enum's constants, written in lower case with dashes or underscores. */
  public <E extends Enum<E>> E oneOf(Class<E> type, E otherwise) {
    if (isMissing()) {
      return otherwise;
    }
    String given = text();
    var known = new ArrayList<String>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(java.util.Locale.ROOT);
      if (name.equals(given.replace('-', '_'))) {
        return constant;
      }
      known.add(name);
    }
    problem(label() + "doesn't know `" + given + "`" + Problems.suggestion(given, known));
    return otherwise;
  }

  /** Its content in one line, independent of how it was laid out; keys sorted. */
  public String canonical() {
    if (isMap()) {
      return entries().stream()
          .map(e -> e.key() + ": " + e.value().canonical())
          .sorted()
          .collect(java.util.stream.Collectors.joining(", ", "{", "}"));
    }
    if (isList()) {
      return items().stream()
          .map(YamlNode::canonical)
          .collect(java.util.stream.Collectors.joining(", ", "[", "]"));
    }
    return isMissing() ? "" : text().strip().replaceAll("\\s+", " ");
  }

  private interface Parser<T> {
    T parse(String text);
  }

  private <T> T parsed(String expected, Parser<T> parser, T otherwise) {
    if (!isScalar()) {
      problem(isMissing() ? label() + "is missing" : label() + "must be " + expected);
      return otherwise;
    }
    String text = text();
    try {
      return parser.parse(text.strip());
    } catch (IllegalArgumentException e) {
      problem(label() + "must be " + expected + ", not `" + text + "`");
      return otherwise;
    }
  }

  private String label() {
    return path.isEmpty() ? "the file " : "`" + path + "` ";
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private YamlNode child(String key, Node value) {
    return new YamlNode(source, placeOf(value, place), join(key), value);
  }

  private static String keyOf(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode s ? s.getValue() : "?";
  }

  private static Place placeOf(Node node, Place otherwise) {
    return Place.of(node.getStartMark(), otherwise);
  }
}
