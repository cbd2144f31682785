package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.experiment.ArmLookup;
import dev.attune.schemas.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplyEngineTest {
  private static final Instant NOON = Instant.parse("2026-01-02T11:00:00Z");
  private static final PredictionLookup ORDER = held("order_status", 0.83);
  private static final String ALL_CONTROL =
      """
      experiments:
        - id: personalized-greeting
          slots: [greeting]
          variants:
            - {name: control, weight: 1, personalize: false}
            - {name: treatment, weight: 0}
      """;

  private final ReplyEngine engine = ReplyBooks.engine(ReplyBooks.SHOP, "");

  @Test
  void saysWhatTheFirstRuleThatHoldsSays() {
    Reply reply = engine.reply(ask().reply(), ORDER, true, NOON);

    assertThat(reply.message().text()).isEqualTo("Looking for order 1234, Ada?");
    assertThat(reply.reason()).isEqualTo("rule:order-status");
    assertThat(reply.message().templateId()).isEqualTo("order-status.greeting");
    assertThat(reply.personalized()).isTrue();
    assertThat(reply.message().quickReplies()).containsExactly(new QuickReply("Track it", "track"));
  }

  @Test
  void tellsTheArmThatRepliesHaveBySlotAsFarAsTheUserIsKnown() {
    ReplyEngine shop =
        ReplyBooks.engine(
            ReplyBooks.SHOP
                + """
                  reply:
                    generic: {text: {en: Yes, es: Si, pt-BR: Sim}}
                """,
            """
            experiments:
              - {id: all, when: 'locale == "es"', variants: [{name: a}, {name: b}]}
              - id: orders
                slots: [reply]
                when: intent.label == "order_status"
                variants: [{name: a, weight: 1}, {name: b, weight: 0}]
            """);
    PredictionLookup nothing = new PredictionLookup.Nothing();

    assertThat(shop.arms("orders", "u", null, nothing, NOON, Map.of()))
        .isEqualTo(Map.of("reply", new ArmLookup.ConditionFails(Optional.of("a"))));
    assertThat(shop.arms("orders", "u", null, ORDER, NOON, Map.of()))
        .isEqualTo(Map.of("reply", new ArmLookup.Has("a")));
    assertThat(shop.arms("orders", "u", "es", ORDER, NOON, Map.of()))
        .isEqualTo(Map.of("reply", new ArmLookup.Taken("all")));
    assertThat(shop.arms("all", "u", "es", nothing, NOON, Map.of()).keySet())
        .containsExactly("greeting", "reply");
    assertThat(shop.arms("none", "u", null, ORDER, NOON, Map.of())).isEmpty();
  }

  @Test
  void isGenericWhenNoRuleHolds() {
    Reply reply = engine.reply(ask().reply(), held("returns", 0.9), true, NOON);

    assertThat(reply.message().text()).isEqualTo("Hello Ada!");
    assertThat(reply.reason()).isEqualTo("default");
    assertThat(reply.message().templateId()).isEqualTo("generic.greeting");
    assertThat(reply.personalized()).isFalse();
    assertThat(reply.prediction()).isNotNull();
  }

  @Test
  void namesTheFirstObstacleThatHolds() {
    ReplyEngine control = ReplyBooks.engine(ReplyBooks.SHOP, ALL_CONTROL);
    ReplyRequest request = ask().without("order").reply();
    Instant late = NOON.plus(Duration.ofHours(25));

    assertThat(reason(control, request, new PredictionLookup.Unavailable(), false, late))
        .isEqualTo("store_unavailable");
    assertThat(reason(control, request, new PredictionLookup.Nothing(), false, late))
        .isEqualTo("no_prediction");
    assertThat(reason(control, request, ORDER, false, late)).isEqualTo("stale");
    assertThat(reason(control, request, ORDER, false, NOON)).isEqualTo("log_full");
    assertThat(reason(control, request, ORDER, true, NOON)).isEqualTo("control_group");
    assertThat(reason(engine, request, ORDER, true, NOON)).isEqualTo("template_error");
    assertThat(reason(engine, ask().reply(), ORDER, true, NOON)).isEqualTo("rule:order-status");
  }

  @Test
  void keepsArmAndPredictionWhateverTheReason() {
    ReplyEngine control = ReplyBooks.engine(ReplyBooks.SHOP, ALL_CONTROL);

    Reply reply = control.reply(ask().reply(), ORDER, true, NOON);
    Reply blind = control.reply(ask().reply(), new PredictionLookup.Unavailable(), true, NOON);

    assertThat(reply.message().text()).isEqualTo("Hello Ada!");
    assertThat(reply.assignment()).hasFieldOrPropertyWithValue("variant", "control");
    assertThat(reply.prediction()).isNotNull();
    assertThat(blind.assignment()).isEqualTo(reply.assignment());
  }

  @Test
  void fallsBackFromRegionToLanguageToDefault() {
    assertThat(said("es-MX")).isEqualTo("¿Buscas el pedido 1234, Ada?");
    assertThat(said("ES_mx")).isEqualTo("¿Buscas el pedido 1234, Ada?");
    assertThat(said("pt-BR")).isEqualTo("Procurando o pedido 1234?");
    assertThat(said("de-DE")).isEqualTo("Looking for order 1234, Ada?");
    assertThat(said("not a locale")).isEqualTo("Looking for order 1234, Ada?");
    assertThat(said(null)).isEqualTo("Looking for order 1234, Ada?");
  }

  @Test
  void escapesVariablesForTheChannel() {
    Ask ask = ask().with("name", "<b>*A*\n\u202E");

    assertThat(engine.reply(ask.reply(), ORDER, true, NOON).message().text())
        .isEqualTo("Looking for order 1234, <b>*A* ?");
    assertThat(
            engine.reply(ask.format(TextFormat.HTML).reply(), ORDER, true, NOON).message().text())
        .isEqualTo("Looking for order 1234, &lt;b&gt;*A* ?");
    assertThat(
            engine
                .reply(ask.format(TextFormat.MARKDOWN).reply(), ORDER, true, NOON)
                .message()
                .text())
        .isEqualTo("Looking for order 1234, &lt;b\\>\\*A\\* ?");
  }

  @Test
  void cutsVariablesAndLeavesUndeclaredOnesAside() {
    Ask ask = ask().with("name", "Ada Augusta King").with("secret", "x");

    Reply reply = engine.reply(ask.reply(), ORDER, true, NOON);

    assertThat(reply.message().text()).isEqualTo("Looking for order 1234, Ada August?");
    assertThat(reply.variables()).containsOnlyKeys("name", "order", "parcels");
  }

  @Test
  void isGenericWhenATextGrowsTooLong() {
    Reply reply = engine.reply(ask().with("order", "9".repeat(200)).reply(), ORDER, true, NOON);

    assertThat(reply.reason()).isEqualTo("rule:order-status");
    assertThat(reply.message().text()).hasSizeLessThanOrEqualTo(120);

    String book = ReplyBooks.SHOP.replace("order: {}", "order: {maxLength: 500}");
    Reply cut =
        ReplyBooks.engine(book, "")
            .reply(ask().with("order", "9".repeat(200)).reply(), ORDER, true, NOON);
    assertThat(cut.reason()).isEqualTo("template_error");
  }

  @Test
  void aSlotCanAllowShorterTextsThanTheOthers() {
    var asked = ask().with("order", "9".repeat(20)).reply();
    String book = ReplyBooks.SHOP.replace("  greeting:\n", "  greeting:\n    maxLength: 30\n");

    assertThat(engine.reply(asked, ORDER, true, NOON).reason()).isEqualTo("rule:order-status");
    assertThat(ReplyBooks.engine(book, "").reply(asked, ORDER, true, NOON).reason())
        .isEqualTo("template_error");
  }

  @Test
  void seesTheHourOfTheUsersZone() {
    Instant lateInMadrid = Instant.parse("2026-01-02T22:30:00Z");
    PredictionLookup fresh =
        new PredictionLookup.Held(
            ReplyBooks.prediction("order_status", 0.83, lateInMadrid.toEpochMilli()));

    assertThat(engine.reply(ask().reply(), fresh, true, lateInMadrid).reason())
        .isEqualTo("rule:night");
    assertThat(engine.reply(ask().inUtc().reply(), fresh, true, lateInMadrid).reason())
        .isEqualTo("rule:order-status");
  }

  @Test
  void knowsSegments() {
    PredictionLookup frustrated =
        new PredictionLookup.Held(
            ReplyBooks.prediction("returns", 0.4, NOON.toEpochMilli(), "frustrated"));

    assertThat(engine.reply(ask().reply(), frustrated, true, NOON).reason())
        .isEqualTo("rule:upset");
  }

  @Test
  void tellsWhetherThePredictionIncludesTheEventAskedFor() {
    assertThat(caughtUp(null)).isTrue();
    assertThat(caughtUp(new Position(0, 3, 1523))).isTrue();
    assertThat(caughtUp(new Position(0, 3, 1524))).isFalse();
    assertThat(caughtUp(new Position(1, 3, 7))).isFalse();
  }

  @Test
  void showsNumbersAndDatesAsTheReadersLanguageDoes() {
    ReplyEngine shop =
        ReplyBooks.engine(
            """
            locales: [en, de]
            timezone: Europe/Berlin
            variables:
              parcels: {type: number}
              due: {type: date}
            slots:
              greeting:
                generic: {text: Hi, handoff: {to: front-desk}}
                rules:
                  - name: some
                    when: variables.parcels >= 1
                    text:
                      en: "{{#message}}{parcels, plural, one {# parcel} other {# parcels}} by {due, date, long}{{/message}}"
                      de: "{{#message}}{parcels, plural, one {# Paket} other {# Pakete}}{{/message}} bis {{due}}"
                    handoff: {to: shipping, note: is waiting}
            """
                .replace("text: Hi,", "text: {en: Hi, de: Hallo},"),
            "");

    assertThat(said(shop, "en", Map.of("parcels", "1", "due", "2026-01-02")))
        .isEqualTo("1 parcel by January 2, 2026");
    assertThat(said(shop, "de", Map.of("parcels", "1234.5", "due", "2026-01-01T23:30:00Z")))
        .isEqualTo("1.234,5 Pakete bis 2. Januar 2026");
    // what is no number is not given, so the rule does not hold
    assertThat(said(shop, "en", Map.of("parcels", "many", "due", "2026-01-02"))).isEqualTo("Hi");
  }

  private static String said(ReplyEngine engine, String locale, Map<String, String> variables) {
    var request = new ReplyRequest("u", null, "greeting", locale, variables, null, null, null);
    var known = ReplyBooks.prediction("order_status", 0.9, 0);
    return engine
        .reply(request, new PredictionLookup.Held(known), true, Instant.EPOCH)
        .message()
        .text();
  }

  @Test
  void speaksInPluralsOfTheLanguage() {
    ReplyEngine plural =
        ReplyBooks.engine(
            """
            locales: [en, es]
            slots:
              greeting:
                generic: {text: {en: Hi, es: Hola}}
                rules:
                  - name: sure
                    text:
                      en: "{{#message}}{intent_probability, plural, one {# parcel} other {# parcels}}{{/message}}"
                      es: "{{#message}}{intent_probability, plural, one {# paquete} other {# paquetes}}{{/message}}"
            """,
            "");
    ReplyEngine percent =
        ReplyBooks.engine(
            """
            locales: [en, es]
            slots:
              greeting:
                generic: {text: {en: Hi, es: Hola}}
                rules:
                  - name: sure
                    text:
                      en: "{{#message}}{intent_probability, number, percent} sure{{/message}}"
                      es: "{{#message}}seguro al {intent_probability, number, percent}{{/message}}"
            """,
            "");

    assertThat(plural.reply(ask().reply(), held("x", 1), true, NOON).message().text())
        .isEqualTo("1 parcel");
    assertThat(plural.reply(ask().locale("es").reply(), held("x", 0), true, NOON).message().text())
        .isEqualTo("0 paquetes");
    assertThat(percent.reply(ask().reply(), held("x", 0.5), true, NOON).message().text())
        .isEqualTo("50% sure");
    assertThat(
            percent.reply(ask().locale("es").reply(), held("x", 0.5), true, NOON).message().text())
        .isEqualTo("seguro al 50\u00a0%");
  }

  @Test
  void keepsAUsersWordingWithinASession() {
    ReplyEngine varied =
        ReplyBooks.engine(
            """
            slots:
              greeting:
                generic:
                  alternatives:
                    - {weight: 1, text: One}
                    - {weight: 3, text: Two}
            """,
            "");
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      ReplyRequest request = ask().user("u-" + i).reply();
      String text =
          varied.reply(request, new PredictionLookup.Nothing(), true, NOON).message().text();
      assertThat(varied.reply(request, new PredictionLookup.Nothing(), true, NOON).message().text())
          .isEqualTo(text);
      counts.merge(text, 1, Integer::sum);
    }

    assertThat(counts.getOrDefault("Two", 0) / 4_000.0).isBetween(0.72, 0.78);
  }

  @Test
  void refusesAnUnknownSlot() {
    assertThat(engine.knows("farewell")).isFalse();
    assertThatThrownBy(() -> engine.reply(ask().slot("farewell").reply(), ORDER, true, NOON))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String said(@Nullable String locale) {
    return engine.reply(ask().locale(locale).reply(), ORDER, true, NOON).message().text();
  }

  private boolean caughtUp(@Nullable Position after) {
    Reply reply = engine.reply(ask().after(after).reply(), ORDER, true, NOON);
    return Objects.requireNonNull(reply.freshness()).caughtUp();
  }

  private static String reason(
      ReplyEngine engine, ReplyRequest request, PredictionLookup answer, boolean log, Instant now) {
    return engine.reply(request, answer, log, now).reason();
  }

  private static PredictionLookup held(String label, double probability) {
    return new PredictionLookup.Held(
        ReplyBooks.prediction(label, probability, NOON.toEpochMilli()));
  }

  private static Ask ask() {
    return new Ask(
        "u-1", "greeting", "en-US", Map.of("name", "Ada", "order", "1234"), null, null, false);
  }

  private record Ask(
      String user,
      String slot,
      @Nullable String locale,
      Map<String, String> variables,
      @Nullable TextFormat format,
      @Nullable Position after,
      boolean utc) {
    Ask user(String other) {
      return new Ask(other, slot, locale, variables, format, after, utc);
    }

    Ask slot(String other) {
      return new Ask(user, other, locale, variables, format, after, utc);
    }

    Ask locale(@Nullable String other) {
      return new Ask(user, slot, other, variables, format, after, utc);
    }

    Ask with(String name, String value) {
      Map<String, String> more = new HashMap<>(variables);
      more.put(name, value);
      return new Ask(user, slot, locale, more, format, after, utc);
    }

    Ask without(String name) {
      Map<String, String> fewer = new HashMap<>(variables);
      fewer.remove(name);
      return new Ask(user, slot, locale, fewer, format, after, utc);
    }

    Ask format(TextFormat other) {
      return new Ask(user, slot, locale, variables, other, after, utc);
    }

    Ask after(@Nullable Position other) {
      return new Ask(user, slot, locale, variables, format, other, utc);
    }

    Ask inUtc() {
      return new Ask(user, slot, locale, variables, format, after, true);
    }

    ReplyRequest reply() {
      return new ReplyRequest(
          user, "s-1", slot, locale, variables, format, utc ? ZoneOffset.UTC : null, after);
    }
  }
}
