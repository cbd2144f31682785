package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TracesTest {
  private static final String SAMPLED = "00-[0-9a-f]{32}-[0-9a-f]{16}-01";

  private final List<@Nullable String> headers = new ArrayList<>();
  private final Transport transport =
      (url, sent, body, timeout) -> {
        headers.add(sent.get("traceparent"));
        String answer =
            url.endsWith("/v1/events")
                ? "{\"accepted\":1,\"rejected\":[],\"tokens\":{\"ada\":\"0-1\"}}"
                : "{\"text\":\"hello\"}";
        return new Transport.Response(200, null, answer);
      };

  @Test
  void aReplyContinuesTheTraceOfTheEventsBeforeIt() throws Exception {
    ask(Attune.at("http://gateway", "k").traces(1));

    String events = headers.get(0);
    String reply = headers.get(1);
    assertThat(events).matches(SAMPLED);
    assertThat(reply).matches(SAMPLED).startsWith(events.substring(0, 36)).isNotEqualTo(events);
    assertThat(headers.get(2))
        .as("without new events the next reply begins a trace")
        .matches(SAMPLED)
        .isNotEqualTo(reply)
        .doesNotStartWith(events.substring(0, 36));
  }

  @Test
  void whatIsNotRecordedSaysSo() throws Exception {
    ask(Attune.at("http://gateway", "k").traces(0));

    assertThat(headers).hasSize(3).allMatch(header -> header.endsWith("-00"));
  }

  /** Only ASCII may stand in a header: with these digits not one event would be sent. */
  @Test
  void isTheSameWhereDigitsAreOthers() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(String.format("%d", 1)).isNotEqualTo("1");

      ask(Attune.at("http://gateway", "k").traces(1));
    } finally {
      Locale.setDefault(before);
    }

    assertThat(headers).hasSize(3).allMatch(header -> header.matches(SAMPLED));
  }

  @Test
  void sendsNoneUnlessAskedFor() throws Exception {
    ask(Attune.at("http://gateway", "k"));

    assertThat(headers).containsOnlyNulls();
  }

  @Test
  void anApplicationsOwnTraceGoesFirst() throws Exception {
    String own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ask(Attune.at("http://gateway", "k").traces(() -> own));
    assertThat(headers).containsOnly(own);

    headers.clear();
    ask(
        Attune.at("http://gateway", "k")
            .traces(
                () -> {
                  throw new IllegalStateException("of the application");
                }));
    assertThat(headers).hasSize(3).containsOnlyNulls();

    headers.clear();
    ask(Attune.at("http://gateway", "k").traces(() -> own + "\n"));
    assertThat(headers).as("no request can carry it").hasSize(3).containsOnlyNulls();
  }

  @Test
  void remembersBoundedlyManyUsers() {
    Traces traces = new Traces(1, null);
    String first = String.valueOf(traces.begin());
    traces.taken(first, Set.of("first"));
    for (int i = 0; i < 10_000; i++) {
      traces.taken(first, Set.of("user-" + i));
    }

    assertThat(traces.reply("first")).doesNotStartWith(first.substring(0, 36));
    assertThat(traces.reply("user-9999")).startsWith(first.substring(0, 36));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> Attune.at("http://gateway", "k").traces(1.1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Attune.at("http://gateway", "k").traces(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void ask(Options options) throws IOException, InterruptedException {
    try (Attune attune = options.transport(transport).start()) {
      attune.track(Event.messageSent("ada", "hello"));
      assertThat(attune.flush(Duration.ofSeconds(5))).isTrue();
      var unused = attune.respond("ada", "greeting", Map.of(), Duration.ZERO);
      unused = attune.respond("ada", "greeting", Map.of(), Duration.ZERO);
    }
  }
}
