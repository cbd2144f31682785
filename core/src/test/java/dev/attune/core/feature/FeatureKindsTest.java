package dev.attune.core.feature;

import static dev.attune.core.feature.Events.click;
import static dev.attune.core.feature.Events.custom;
import static dev.attune.core.feature.Events.ended;
import static dev.attune.core.feature.Events.feedback;
import static dev.attune.core.feature.Events.in;
import static dev.attune.core.feature.Events.message;
import static dev.attune.core.feature.Events.opened;
import static dev.attune.core.feature.Events.page;
import static dev.attune.core.feature.Events.reply;
import static dev.attune.core.feature.Events.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.user.Run;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables: a declaration and events in, its value out. */
class FeatureKindsTest {
  private static final long S = 1000;
  private static final long M = 60 * S;
  private static final long H = 60 * M;
  private static final long D = 24 * H;

  private static Arguments row(String yaml, @Nullable Object expected, InteractionEvent... events) {
    return Arguments.of(yaml, List.of(events), expected);
  }

  static Stream<Arguments> table() {
    return Stream.of(
        row("count: clicked", 2.0, click(0, "a"), click(40 * D, "b")),
        row("count: clicked", 0.0, page(0, "/")),
        row("{count: clicked, window: 24h}", 1.0, click(0, "a"), click(24 * H, "b")),
        row("{count: clicked, window: 24h}", 2.0, click(0, "a"), click(23 * H + 59 * M, "b")),
        row("{count: clicked, window: 5s}", 2.0, click(0, "a"), click(S, "a"), click(5 * S, "b")),
        row("{count: clicked, window: 30d}", 1.0, click(0, "a"), click(31 * D, "b")),
        row("count: [clicked, page_viewed]", 2.0, click(0, "a"), page(1, "/"), message(2, "x")),
        row("count: any", 3.0, click(0, "a"), page(1, "/"), message(2, "x")),
        row("count: clicked where element == 'buy'", 1.0, click(0, "buy"), click(1, "a")),
        row(
            "{count: clicked, where: \"element in ['buy', 'a']\"}",
            2.0,
            click(0, "buy"),
            click(1, "a")),
        row("count: page_viewed where page.startsWith('/o')", 1.0, page(0, "/o/1"), page(1, "/")),
        row("count: agent_replied where !automated", 1.0, reply(0, 1, false), reply(1, 1, true)),
        row("count: message_sent where length > 3", 1.0, message(0, "abcd"), message(1, "abc")),
        row("count: message_sent where length > 3", 0.0, message(0, null)),
        row("{count: clicked, scope: session}", 1.0, click(0, "a"), click(31 * M, "b")),
        row("{count: clicked, scope: session}", 2.0, click(0, "a"), click(30 * M, "b")),
        row("count: session", 2.0, click(0, "a"), click(1, "b"), click(H, "c")),
        row(
            "{count: session, window: 7d}",
            3.0,
            click(0, "a"),
            click(3 * D, "a"),
            click(6 * D, "c")),
        row("{count: session, window: 7d}", 1.0, click(0, "a"), click(8 * D, "c")),
        row("sum: page_viewed.seconds", 0.0, page(0, "/")),
        row("sum: message_sent.length", 7.0, message(0, "abc"), message(1, "abcd")),
        row("mean: message_sent.length", 3.5, message(0, "abc"), message(1, "abcd")),
        row("mean: message_sent.length", null, click(0, "a")),
        row("{mean: message_sent.length, default: -1}", -1.0, click(0, "a")),
        row(
            "mean: feedback.score where kind == 'csat'",
            4.0,
            feedback(0, "csat", 4),
            feedback(1, "nps", 9)),
        row("min: message_sent.length", 2.0, message(0, "abc"), message(1, "ab")),
        row("{max: message_sent.length, window: 1h}", 2.0, message(0, "abc"), message(2 * H, "ab")),
        row("sum: custom.properties.amount", 12.5, custom(0, "buy", Map.of("amount", "12.5"))),
        row(
            "count: custom where name == 'buy' && properties.size == 'XL'",
            1.0,
            custom(0, "buy", Map.of("size", "\"XL\"")),
            custom(1, "buy", Map.of())),
        row("distinct: page_viewed.page", 2.0, page(0, "/a"), page(1, "/b"), page(2, "/a")),
        row("{distinct: page_viewed.page, window: 1h}", 1.0, page(0, "/a"), page(2 * H, "/b")),
        row(
            "{rate: feedback where score > 3, over: feedback, prior: 0.5, weight: 2}",
            0.5,
            click(0, "a")),
        row(
            "{rate: feedback where score > 3, over: feedback, prior: 0.5, weight: 2}",
            0.75,
            feedback(0, "csat", 5),
            feedback(1, "csat", 4)),
        row("last: page_viewed.page", "/b", page(0, "/a"), page(1, "/b")),
        row("last: page_viewed.page", "/b", page(1, "/b"), page(0, "/a")),
        row("{last: page_viewed.page, window: 1h}", null, page(0, "/a"), click(H, "x")),
        row("{last: page_viewed.page, window: 1h}", "/a", page(0, "/a"), click(H - 1, "x")),
        row("last: message_sent.length", 2.0, message(0, "abc"), message(1, "ab")),
        row("last: agent_replied.automated", 1.0, reply(0, 2, true)),
        row("last: custom.properties.size", "XL", custom(0, "buy", Map.of("size", "\"XL\""))),
        row("last: any.sessionId", "s-2", in("s-1", click(0, "a")), in("s-2", click(1, "a"))),
        row("first: page_viewed.page", "/a", page(5, "/b"), page(1, "/a"), page(9, "/c")),
        row(
            "{first: page_viewed.page, scope: session}",
            "/b",
            page(0, "/a"),
            page(2 * H, "/b"),
            page(2 * H + 1, "/c")),
        row("top: issue_opened.category", "x", opened(0, "x"), opened(1, "x"), opened(2, "y")),
        row(
            "top: issue_opened.category",
            "y",
            opened(0, "x"),
            opened(1, "x"),
            opened(2, "y"),
            opened(3, "y")),
        row(
            "{top: issue_opened.category, of_last: 2}",
            "y",
            opened(0, "x"),
            opened(1, "x"),
            opened(2, "y"),
            opened(3, "y")),
        row("top: issue_opened.category", null, click(0, "a")),
        row("time_since: clicked", 2.5, click(0, "a"), page(2500, "/")),
        row("time_since: clicked", null, page(2500, "/")),
        row("time_since: session", 60.0, click(0, "a"), page(M, "/")),
        row(
            "time_between: {from: message_sent, to: agent_replied}",
            3.0,
            message(0, "a"),
            reply(2 * S, 0, true),
            message(5 * S, "b"),
            message(6 * S, "b"),
            reply(9 * S, 0, true)),
        row(
            "{time_between: {from: message_sent, to: agent_replied}, take: last}",
            4.0,
            message(0, "a"),
            reply(2 * S, 0, true),
            message(5 * S, "b"),
            message(6 * S, "b"),
            reply(9 * S, 0, true)),
        row(
            "time_between: {from: message_sent, to: agent_replied}",
            null,
            reply(0, 0, true),
            message(1, "a")),
        row(
            "time_between: message_sent",
            2.0,
            message(0, "a"),
            message(S, "b"),
            message(4 * S, "c")),
        row(
            "{time_between: message_sent, take: max}",
            3.0,
            message(0, "a"),
            message(S, "b"),
            message(4 * S, "c")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void readsWhatTheEventsSay(
      String declaration, List<InteractionEvent> events, @Nullable Object expected) {
    String body = declaration.startsWith("{") ? declaration : "{" + declaration + "}";
    Run run = Run.of("features: {f: " + body + "}");

    run.with(events);

    assertThat(run.value("f")).isEqualTo(expected);
  }

  @Test
  void dividesOneFeatureByAnother() {
    Run run =
        Run.of(
            """
            features:
              share: {ratio: clicks / pages}
              share_or_one: {ratio: clicks / pages, default: 1}
              clicks: {count: clicked}
              pages: {count: page_viewed}
            """);

    run.with(click(0, "a"));
    assertThat(run.value("share")).isNull();
    assertThat(run.value("share_or_one")).isEqualTo(1.0);
    run.with(page(1, "/"), page(2, "/"));

    assertThat(run.value("share")).isEqualTo(0.5);
  }

  @Test
  void dividesARatioThatIsDeclaredAbove() {
    Run run =
        Run.of(
            """
            features:
              clicks: {count: clicked}
              pages: {count: page_viewed}
              share: {ratio: clicks / pages}
              share_a_page: {ratio: share / pages}
            """);

    run.with(click(0, "a"), page(1, "/"), page(2, "/"));

    assertThat(run.value("share_a_page")).isEqualTo(0.25);
  }

  @Test
  void halvesAfterAHalfLife() {
    Run run = Run.of("features: {f: {decay: clicked, half_life: 1h}}");

    run.with(click(0, "a"), click(1, "b"));

    double now = run.number("f");
    assertThat(now).isCloseTo(2, within(1e-5));
    assertThat(run.numberAt("f", 2 * H)).isCloseTo(now / 4, within(1e-6));
    assertThat(run.numberAt("f", 10 * H)).isCloseTo(now / 1024, within(1e-6));
    assertThat(run.valuesAt(11 * H).get("f")).isEqualTo(0.0);
  }

  @Test
  void decaysSumsOfValues() {
    Run run = Run.of("features: {f: {decay: message_sent.length, half_life: 1d}}");

    run.with(message(0, "abcdefghij"));

    assertThat(run.number("f")).isEqualTo(10);
  }

  @Test
  void isWhatEachEventIsWorthAtItsAge() {
    Run run =
        Run.of(
            """
            features:
              events: {decay: message_sent, half_life: 7m}
              letters: {decay: message_sent.length, half_life: 7m}
            """);
    var random = new Random(7);
    double events = 0;
    double letters = 0;
    long at = 0;

    for (int i = 0; i < 300; i++) {
      long passed = random.nextLong(2 * M);
      at += passed;
      int length = random.nextInt(1, 200);
      double kept = Math.pow(2, -passed / (7.0 * M));
      events = events * kept + 1;
      letters = letters * kept + length;
      run.with(message(at, "x".repeat(length)));

      // what is older than ten half-lives is forgotten, some thousandth
      double forgotten = at < 70 * M ? 0 : 0.002;
      assertThat(run.number("events")).isCloseTo(events, within(1e-4 + forgotten * events));
      assertThat(run.number("letters")).isCloseTo(letters, within(1e-4 + forgotten * letters));
    }
  }

  @Test
  void forgetsTheSessionOnceItIsOver() {
    Run run =
        Run.of(
            """
            features:
              clicks: {count: clicked, scope: session}
              age: {time_since: session}
            """);

    run.with(click(0, "a"), click(M, "b"));

    assertThat(run.valuesAt(10 * M)).containsEntry("clicks", 2.0).containsEntry("age", 600.0);
    assertThat(run.valuesAt(32 * M)).containsEntry("clicks", 0.0).containsEntry("age", null);
  }

  @Test
  void countsMarkedSessions() {
    Run run = Run.of("features: {n: {count: session}, c: {count: any, scope: session}}");

    run.with(started(0), click(1, "a"), ended(2), started(3), click(4, "b"), click(5, "c"));

    assertThat(run.values()).containsEntry("n", 2.0).containsEntry("c", 3.0);
  }

  @Test
  void estimatesManyDistinctValues() {
    Run run =
        Run.of(
            "features: {f: {distinct: page_viewed.page}, h: {distinct: page_viewed.page, window: 1h}}");

    run.with(IntStream.range(0, 31).mapToObj(i -> page(i, "/p/" + i)).toList());
    assertThat(run.value("f")).isEqualTo(31.0);
    run.with(IntStream.range(0, 2000).mapToObj(i -> page(i * S, "/q/" + i)).toList());

    assertThat(run.number("f")).isCloseTo(2031, within(2031 * 0.25));
    assertThat(run.valuesAt(3 * H).get("h")).isEqualTo(0.0);
  }

  @Test
  void keepsTheNewestMessagesTokens() {
    Run run = Run.of("features: {t: {text: message_sent.text, words: 2, max_tokens: 10}}");

    run.with(message(5, "Where is my order?"), message(1, "something older"));

    assertThat(run.read().tokens()[0])
        .isEqualTo(new TextHasher(2, 1, 0, 10).bag("where is MY order"));
  }

  @Test
  void sumsTokensOverAWindow() {
    Run run =
        Run.of(
            """
            features:
              plain: {text: message_sent.text, words: 1, window: 1h}
              faded: {text: message_sent.text, words: 1, window: 1d, half_life: 1h}
            """);

    run.with(message(0, "refund"), message(H, "refund please"));

    TokenBag faded = run.read().tokens()[1];
    TokenBag expected = new TextHasher(1, 1, 0, 9).bag("refund please");
    assertThat(run.read().tokens()[0]).isEqualTo(expected);
    assertThat(faded.hashes()).isEqualTo(expected.hashes());
    assertThat(faded.counts()).containsExactlyInAnyOrder(12, 8);
  }
}
