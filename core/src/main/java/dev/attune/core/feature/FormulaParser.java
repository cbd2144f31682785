package dev.attune.core.feature;

import dev.attune.core.feature.AccumulatorInput.Operand;
import dev.attune.core.feature.Feature.CategoryFormula;
import dev.attune.core.feature.Feature.Formula;
import dev.attune.core.feature.Feature.NumberFormula;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles what a feature's kind computes ({@code count}, {@code mean}, …), one method a kind: its
 * keys are checked, its summary is put on the plan, and how to read it is returned.
 */
final class FormulaParser {
  /** Events that {@code time_between} looks at. */
  static final int KEPT_TIMES = 16;

  private static final Duration LONGEST = Duration.ofDays(30);
  private static final String SESSION = FeatureParser.SESSION;

  private final EventSourceParser sources;
  private final AccumulatorPlan plan;
  private final Map<String, Integer> numberIndex;
  private final Set<String> ratiosToCome;

  /**
   * @param numberIndex the number column of each feature that has one, for {@code ratio}
   * @param ratiosToCome names of the ratios that aren't compiled yet; shrinks as they are
   */
  FormulaParser(
      EventSourceParser sources,
      AccumulatorPlan plan,
      Map<String, Integer> numberIndex,
      Set<String> ratiosToCome) {
    this.sources = sources;
    this.plan = plan;
    this.numberIndex = numberIndex;
    this.ratiosToCome = ratiosToCome;
  }

  /** How a feature of this kind is read. */
  Formula formula(String kind, YamlNode node) {
    return switch (kind) {
      case "count" -> count(node);
      case "sum", "mean", "min", "max" -> aggregate(kind, node);
      case "distinct" -> distinct(node);
      case "rate" -> rate(node);
      case "ratio" -> ratio(node);
      case "last", "first" -> single(kind, node);
      case "top" -> top(node);
      case "time_since" -> timeSince(node);
      case "time_between" -> timeBetween(node);
      case "decay" -> decay(node);
      default -> text(node);
    };
  }

  private NumberFormula count(YamlNode node) {
    keys(node, "count");
    YamlNode selector = node.get("count");
    if (selector.isScalar() && selector.text().strip().equals(SESSION)) {
      Window window = window(node, node.get("window"));
      var counter = plan.share(new WindowTiles("session starts", window, 0, false));
      plan.countSessions(counter);
      return Formulas.sessions(counter);
    }
    WindowTiles tiles = tiles(node, selector, 0, Operand.NONE);
    return (context, _) -> tiles.count(context);
  }

  private NumberFormula aggregate(String kind, YamlNode node) {
    keys(node, kind);
    int part =
        switch (kind) {
          case "min" -> WindowTiles.MIN;
          case "max" -> WindowTiles.MAX;
          default -> WindowTiles.SUM;
        };
    WindowTiles tiles = tiles(node, node.get(kind), part, Operand.NUMBER);
    NumberFormula formula =
        switch (kind) {
          case "sum" -> (context, _) -> tiles.sum(context);
          case "mean" -> (context, _) -> tiles.mean(context);
          case "min" -> (context, _) -> tiles.min(context);
          default -> (context, _) -> tiles.max(context);
        };
    return Formulas.otherwise(formula, node.get("default").numberOr(Double.NaN));
  }

  private NumberFormula distinct(YamlNode node) {
    keys(node, "distinct");
    List<EventSource> from = sources.fields(node.get("distinct"), node.get("where"));
    Window window = window(node, node.get("window"));
    DistinctCount distinct = plan.share(new DistinctCount(textOf(from), window, isSession(node)));
    plan.bind(distinct, from, Operand.TEXT, 0);
    return (context, _) -> distinct.estimate(context);
  }

  private NumberFormula rate(YamlNode node) {
    keys(node, "rate", "over", "prior", "weight");
    WindowTiles matching = tiles(node, node.get("rate"), 0, Operand.NONE);
    WindowTiles all = tiles(node, node.get("over"), 0, Operand.NONE);
    double prior = node.get("prior").number();
    double weight = node.get("weight").numberOr(1);
    if (prior < 0 || prior > 1) {
      node.get("prior").problem("`prior` is a share: between 0 and 1");
    }
    if (!(weight > 0)) {
      node.get("weight")
          .problem(
              "`weight` is how many events the prior counts as: above 0; for a share without a"
                  + " prior, use `ratio`");
    }
    return Formulas.rate(matching, all, prior, weight);
  }

  private NumberFormula ratio(YamlNode node) {
    node.only("ratio", "description", "default");
    String text = node.get("ratio").text();
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      node.get("ratio").problem("`ratio` must be two features: `a / b`");
      return new RatioFormula(0, 0, Double.NaN);
    }
    double otherwise = node.get("default").numberOr(Double.NaN);
    int[] index = new int[2];
    for (int i = 0; i < 2; i++) {
      String part = parts[i].strip();
      String mistake = mistakeInRatio(part);
      if (mistake == null) {
        index[i] = numberIndex.getOrDefault(part, 0);
      } else {
        int at = text.indexOf(part, i * (parts[0].length() + 1));
        node.get("ratio").problemIn(text, at, mistake);
      }
    }
    return new RatioFormula(index[0], index[1], otherwise);
  }

  /** Ratios are read in declared order, so one that comes later isn't known yet. */
  private @Nullable String mistakeInRatio(String part) {
    if (!numberIndex.containsKey(part)) {
      return "unknown number feature `"
          + part
          + "`"
          + Problems.suggestion(part, numberIndex.keySet());
    }
    return ratiosToCome.contains(part)
        ? "`" + part + "` is a ratio that isn't declared above this one"
        : null;
  }

  private Formula single(String kind, YamlNode node) {
    keys(node, kind);
    boolean first = kind.equals("first");
    if (first && node.has("window")) {
      node.get("window")
          .problem("`first` takes no window: it is the first ever, or of the session");
    }
    List<EventSource> from = sources.fields(node.get(kind), node.get("where"));
    boolean number = sources.isNumeric(from);
    Window window = first ? Window.EVER : window(node, node.get("window"));
    var payload = number ? RecentEvents.Payload.NUMBER : RecentEvents.Payload.TEXT;
    RecentEvents recent =
        plan.share(new RecentEvents(textOf(from), window, 1, payload, first, isSession(node)));
    plan.bind(recent, from, number ? Operand.NUMBER : Operand.TEXT, 0);
    if (!number) {
      if (node.has("default")) {
        node.get("default").problem("`default` is for numbers; a missing category stays missing");
      }
      return (CategoryFormula) recent::text;
    }
    NumberFormula formula = (context, _) -> recent.number(context);
    return Formulas.otherwise(formula, node.get("default").numberOr(Double.NaN));
  }

  private CategoryFormula top(YamlNode node) {
    keys(node, "top", "of_last");
    List<EventSource> from = sources.fields(node.get("top"), node.get("where"));
    int most = node.get("of_last").integerOr(20, 2, 64);
    Window window = window(node, node.get("window"));
    RecentEvents recent =
        plan.share(
            new RecentEvents(
                textOf(from), window, most, RecentEvents.Payload.TEXT, false, isSession(node)));
    plan.bind(recent, from, Operand.TEXT, 0);
    return recent::top;
  }

  private NumberFormula timeSince(YamlNode node) {
    keys(node, "time_since");
    double otherwise = node.get("default").numberOr(Double.NaN);
    YamlNode selector = node.get("time_since");
    if (selector.isScalar() && selector.text().strip().equals(SESSION)) {
      NumberFormula formula =
          (context, _) ->
              context.sessions().isOn()
                  ? Math.max(0, context.asOf() - context.sessions().currentStart()) / 1e3
                  : Double.NaN;
      return Formulas.otherwise(formula, otherwise);
    }
    List<EventSource> from = sources.events(selector, node.get("where"));
    Window window = window(node, node.get("window"));
    RecentEvents recent =
        plan.share(
            new RecentEvents(
                textOf(from), window, 1, RecentEvents.Payload.NONE, false, isSession(node)));
    plan.bind(recent, from, Operand.NONE, 0);
    return Formulas.otherwise((context, _) -> recent.secondsSince(context), otherwise);
  }

  private NumberFormula timeBetween(YamlNode node) {
    keys(node, "time_between", "take");
    YamlNode pair = node.get("time_between");
    boolean chained = !pair.isMap();
    if (pair.isMap()) {
      pair.only("from", "to");
    }
    List<EventSource> from = sources.events(chained ? pair : pair.get("from"), node.get("where"));
    List<EventSource> to = chained ? List.of() : sources.events(pair.get("to"), node.get("where"));
    Window window = window(node, node.get("window"));
    String key = textOf(from) + (chained ? "" : " -> " + textOf(to));
    RecentEvents recent =
        plan.share(
            new RecentEvents(
                key, window, KEPT_TIMES, RecentEvents.Payload.TAG, false, isSession(node)));
    plan.bind(recent, from, Operand.NONE, 0);
    plan.bind(recent, to, Operand.NONE, 1);
    var take = node.get("take").oneOf(Formulas.Take.class, Formulas.Take.MEAN);
    return Formulas.otherwise(
        Formulas.between(recent, take, chained), node.get("default").numberOr(Double.NaN));
  }

  private NumberFormula decay(YamlNode node) {
    node.only("decay", "half_life", "where", "description");
    Duration halfLife = node.get("half_life").duration();
    if (halfLife.compareTo(Duration.ofSeconds(4)) < 0 || halfLife.compareTo(LONGEST) > 0) {
      node.get("half_life").problem("`half_life` must be between 4s and 30d");
      halfLife = Duration.ofDays(1);
    }
    YamlNode selector = node.get("decay");
    boolean values = sources.hasField(selector);
    List<EventSource> from =
        values
            ? sources.numbers(selector, node.get("where"))
            : sources.events(selector, node.get("where"));
    int parts = WindowTiles.SUM | WindowTiles.DECAYING;
    WindowTiles tiles =
        plan.share(new WindowTiles(textOf(from), Window.decaying(halfLife), parts, false));
    plan.bind(tiles, from, values ? Operand.NUMBER : Operand.ONE, 0);
    return Formulas.decay(tiles);
  }

  private Formula text(YamlNode node) {
    keys(node, "text", "of", "words", "chars", "max_tokens", "messages", "half_life");
    List<EventSource> from = sources.fields(node.get("text"), node.get("where"));
    String of = node.get("of").textOr(node.has("window") ? "window" : "last");
    if (!of.equals("last") && !of.equals("window")) {
      node.get("of").problem("`of` must be `last` or `window`");
    }
    boolean last = of.equals("last");
    int messages = last ? 1 : node.get("messages").integerOr(4, 1, 16);
    var hasher = hasher(node);
    Window window = window(node, node.get("window"));
    RecentEvents recent =
        plan.share(
            new RecentEvents(
                textOf(from) + " " + hasher,
                window,
                messages,
                RecentEvents.Payload.BAG,
                false,
                isSession(node)));
    for (EventSource source : from) {
      plan.bind(new AccumulatorInput(recent, source, Operand.TOKENS, 0, hasher));
    }
    Duration halfLife = node.get("half_life").durationOr(Duration.ZERO);
    return Formulas.tokens(recent, halfLife.toMillis(), last);
  }

  /** The newest message as it was written, for a sentence encoder. */
  CategoryFormula message(YamlNode node) {
    node.only("text", "where", "window");
    List<EventSource> from = sources.fields(node.get("text"), node.get("where"));
    RecentEvents newest =
        plan.share(
            new RecentEvents(
                "message " + textOf(from),
                window(node, node.get("window")),
                1,
                RecentEvents.Payload.TEXT,
                false,
                false));
    plan.bind(newest, from, Operand.MESSAGE, 0);
    return newest::text;
  }

  private static TextHasher hasher(YamlNode node) {
    int words = node.get("words").integerOr(2, 0, 3);
    List<YamlNode> chars = node.get("chars").items();
    int from = chars.isEmpty() ? 1 : chars.getFirst().integer(1, 6);
    int to = chars.isEmpty() ? 0 : chars.getLast().integer(from, 6);
    if (words == 0 && to == 0) {
      node.problem("a text feature needs `words` or `chars`");
    }
    return new TextHasher(words, from, to, node.get("max_tokens").integerOr(64, 1, 512));
  }

  private WindowTiles tiles(YamlNode node, YamlNode selector, int parts, Operand operand) {
    List<EventSource> from =
        operand == Operand.NUMBER
            ? sources.numbers(selector, node.get("where"))
            : sources.events(selector, node.get("where"));
    Window window = window(node, node.get("window"));
    WindowTiles tiles = plan.share(new WindowTiles(textOf(from), window, parts, isSession(node)));
    plan.bind(tiles, from, operand, 0);
    return tiles;
  }

  private Window window(YamlNode node, YamlNode window) {
    if (isSession(node)) {
      if (!window.isMissing()) {
        window.problem("`window` and `scope: session` exclude each other");
      }
      return Window.EVER;
    }
    if (window.isMissing()) {
      return Window.EVER;
    }
    Duration length = window.duration();
    if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(LONGEST) > 0) {
      window.problem("`window` must be between 1s and 30d");
      return Window.EVER;
    }
    return Window.sliding(length);
  }

  private boolean isSession(YamlNode node) {
    YamlNode scope = node.get("scope");
    String given = scope.textOr("user");
    if (!given.equals(SESSION) && !given.equals("user")) {
      scope.problem("`scope` must be `session` or `user`");
    }
    return given.equals(SESSION);
  }

  private static void keys(YamlNode node, String... own) {
    var known = new ArrayList<>(List.of(own));
    known.addAll(FeatureParser.COMMON);
    node.only(known.toArray(String[]::new));
  }

  private static String textOf(List<EventSource> from) {
    return String.join(", ", from.stream().map(EventSource::text).toList());
  }
}
