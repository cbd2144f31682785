package dev.attune.responses.reply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.reply.QuickReply;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class ReplyWriterTest {
  private static final JsonMapper DATABIND = JsonMapper.builder().build();

  static Stream<ReplyBody> replies() {
    return Stream.of(
        generic(List.of(), null),
        generic(
            List.of(new QuickReply("Ja \"bitte\"\n", "yes"), new QuickReply("No", "no")),
            new ReplyBody.Handoff("billing", null)),
        generic(List.of(), new ReplyBody.Handoff("billing", "angry \u0001")),
        new ReplyBody(
            "018f",
            "Hej 🙂",
            "t",
            List.of(),
            null,
            true,
            "rule:r",
            "e",
            "v",
            new ReplyBody.Intent("order_status", 0.1f),
            List.of("frustrated", "vip"),
            new ReplyBody.Model("intent", "2"),
            new ReplyBody.Freshness("3-1523", true, Long.MAX_VALUE, null)),
        fresh(new ReplyBody.Freshness("32768-3", false, 0, "token_epoch")));
  }

  private static ReplyBody fresh(ReplyBody.Freshness freshness) {
    return new ReplyBody(
        "018f",
        "",
        "generic.reply",
        List.of(),
        null,
        false,
        "stale",
        null,
        null,
        null,
        null,
        null,
        freshness);
  }

  @ParameterizedTest
  @MethodSource("replies")
  void writesWhatTheDocumentedShapeSays(ReplyBody reply) {
    byte[] written = new ReplyWriter().write(reply);

    assertThat(written).asString(UTF_8).isEqualTo(DATABIND.writeValueAsString(reply));
  }

  private static ReplyBody generic(List<QuickReply> buttons, ReplyBody.@Nullable Handoff handoff) {
    return new ReplyBody(
        "018f",
        "",
        "generic.reply",
        buttons,
        handoff,
        false,
        "no_prediction",
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
