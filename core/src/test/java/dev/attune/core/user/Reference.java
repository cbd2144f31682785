package dev.attune.core.user;

import dev.attune.core.feature.TextHasher;
import dev.attune.core.feature.TokenBag;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The features of {@link #FEATURES} computed the slow and obvious way: keep every event, sort, read
 * each definition off the list. Knows nothing of tiles, slots or merges.
 */
final class Reference {
  static final String FEATURES =
      """
      session: {gap: 30m}
      features:
        clicks: {count: clicked}
        clicks_10m: {count: clicked, window: 10m}
        buys_24h: {count: "clicked where element == 'buy'", window: 24h}
        clicks_session: {count: clicked, scope: session}
        length_sum_1h: {sum: message_sent.length, window: 1h}
        length_mean: {mean: message_sent.length}
        length_min_6h: {min: message_sent.length, window: 6h}
        length_max_session: {max: message_sent.length, scope: session}
        pages_distinct_2h: {distinct: page_viewed.page, window: 2h}
        good_rate: {rate: feedback where score > 3, over: feedback, prior: 0.5, weight: 2}
        last_page: {last: page_viewed.page, window: 1h}
        first_page_session: {first: page_viewed.page, scope: session}
        top_page: {top: page_viewed.page, of_last: 8, window: 12h}
        since_click: {time_since: clicked}
        answer_mean: {time_between: {from: message_sent, to: agent_replied}, window: 24h}
        sessions_7d: {count: session, window: 7d}
        session_age: {time_since: session}
        clicks_decayed: {decay: clicked, half_life: 20m}
        length_decayed: {decay: message_sent.length, half_life: 2h}
        words: {text: message_sent.text, words: 2, max_tokens: 8}
      """;

  private static final long M = 60_000;
  private static final long H = 60 * M;
  private static final long GAP = 30 * M;
  private static final long GRACE = 24 * H;

  private record Seen(String id, long receivedAt) {}

  private final List<InteractionEvent> counted = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private long newest = Long.MIN_VALUE;

  Disposition apply(InteractionEvent e) {
    if (e.getType().equals("user_erased")) {
      counted.clear();
      seen.clear();
      newest = Long.MIN_VALUE;
      return Disposition.ERASED;
    }
    long oldestHour = Math.floorDiv(e.getReceivedAt(), H) - 24;
    if (seen.stream()
        .anyMatch(
            s -> s.id().equals(e.getEventId()) && Math.floorDiv(s.receivedAt(), H) >= oldestHour)) {
      return Disposition.DUPLICATE;
    }
    if (newest != Long.MIN_VALUE && e.getOccurredAt() < newest - GRACE) {
      return Disposition.TOO_LATE;
    }
    seen.add(new Seen(e.getEventId(), e.getReceivedAt()));
    counted.add(e);
    newest = Math.max(newest, e.getOccurredAt());
    counted.sort(
        Comparator.comparingLong(InteractionEvent::getOccurredAt)
            .thenComparing(
                x -> (int) (dev.attune.core.feature.Hashes.of64(x.getEventId()) >>> 32)));
    return Disposition.COUNTED;
  }

  Map<String, @Nullable Object> values() {
    List<List<InteractionEvent>> sessions = sessions();
    List<InteractionEvent> current =
        sessions.stream()
            .filter(s -> end(s) == newest)
            .reduce((_, later) -> later)
            .orElse(List.of());
    var v = new LinkedHashMap<String, @Nullable Object>();
    v.put("clicks", (double) all("clicked").size());
    v.put("clicks_10m", (double) tiled("clicked", 10 * M, 30_000).size());
    v.put(
        "buys_24h",
        (double)
            tiled("clicked", 24 * H, H).stream()
                .filter(e -> e.getClicked().getElement().equals("buy"))
                .count());
    v.put("clicks_session", (double) of(current, "clicked").size());
    v.put("length_sum_1h", lengths(tiled("message_sent", H, 2 * M)).sum());
    v.put("length_mean", orNull(lengths(all("message_sent")).average()));
    v.put("length_min_6h", orNull(lengths(tiled("message_sent", 6 * H, 15 * M)).min()));
    v.put("length_max_session", orNull(lengths(of(current, "message_sent")).max()));
    v.put(
        "pages_distinct_2h",
        (double)
            tiled("page_viewed", 2 * H, 5 * M).stream()
                .map(e -> e.getPageViewed().getPage())
                .distinct()
                .count());
    long good = all("feedback").stream().filter(e -> e.getFeedback().getScore() > 3).count();
    v.put("good_rate", (good + 2 * 0.5) / (all("feedback").size() + 2.0));
    v.put("last_page", page(last(within("page_viewed", H))));
    v.put("first_page_session", page(of(current, "page_viewed").stream().findFirst().orElse(null)));
    v.put("top_page", top());
    InteractionEvent click = last(all("clicked"));
    v.put("since_click", click == null ? null : (newest - click.getOccurredAt()) / 1e3);
    v.put("answer_mean", answerMean());
    v.put(
        "sessions_7d",
        (double)
            sessions.stream()
                .filter(s -> tileIn(s.getFirst().getOccurredAt(), 7 * 24 * H, 6 * H))
                .count());
    v.put(
        "session_age",
        current.isEmpty() ? null : (newest - current.getFirst().getOccurredAt()) / 1e3);
    return v;
  }

  /** What is read to some millionths. */
  Map<String, Double> decayed() {
    return Map.of(
        "clicks_decayed", decayed("clicked", _ -> 1, 20 * M),
        "length_decayed", decayed("message_sent", Reference::length, 2 * H));
  }

  private double decayed(String type, ToDoubleFunction<InteractionEvent> value, long halfLife) {
    return tiled(type, 11 * halfLife, halfLife).stream()
        .mapToDouble(
            e ->
                value.applyAsDouble(e)
                    * Math.pow(2, -(double) (newest - e.getOccurredAt()) / halfLife))
        .sum();
  }

  private static double length(InteractionEvent e) {
    Integer length = e.getMessageSent().getLength();
    return length == null ? 0 : length;
  }

  TokenBag words() {
    InteractionEvent message =
        last(all("message_sent").stream().filter(e -> e.getMessageSent().getText() != null));
    return message == null
        ? TokenBag.EMPTY
        : new TextHasher(2, 1, 0, 8).bag(message.getMessageSent().getText());
  }

  /** Parts by id and silence, then parts without an id into the session that was on. */
  private List<List<InteractionEvent>> sessions() {
    var open = new HashMap<@Nullable String, List<InteractionEvent>>();
    var parts = new ArrayList<List<InteractionEvent>>();
    for (InteractionEvent e : counted) {
      List<InteractionEvent> part = open.get(e.getSessionId());
      if (part == null || e.getOccurredAt() - end(part) > GAP) {
        part = new ArrayList<>();
        parts.add(part);
        open.put(e.getSessionId(), part);
      }
      part.add(e);
    }
    parts.sort(
        Comparator.comparingLong((List<InteractionEvent> p) -> p.getFirst().getOccurredAt())
            .thenComparing(Reference::id, Comparator.nullsFirst(Comparator.naturalOrder())));
    var sessions = new ArrayList<List<InteractionEvent>>();
    for (List<InteractionEvent> part : parts) {
      List<InteractionEvent> home = null;
      for (List<InteractionEvent> session : sessions) {
        home = fits(session, part) ? session : home;
      }
      if (home == null) {
        sessions.add(new ArrayList<>(part));
      } else {
        home.addAll(part);
        home.sort(Comparator.comparingInt(counted::indexOf));
      }
    }
    return sessions;
  }

  private static boolean fits(List<InteractionEvent> session, List<InteractionEvent> part) {
    if (part.getFirst().getOccurredAt() - end(session) > GAP) {
      return false;
    }
    String known = id(session);
    String given = id(part);
    return known == null || given == null || known.equals(given);
  }

  private static @Nullable String id(List<InteractionEvent> events) {
    return events.stream()
        .map(InteractionEvent::getSessionId)
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static long end(List<InteractionEvent> events) {
    return events.stream().mapToLong(InteractionEvent::getOccurredAt).max().orElseThrow();
  }

  private @Nullable String top() {
    List<InteractionEvent> views = within("page_viewed", 12 * H);
    List<InteractionEvent> kept = views.subList(Math.max(0, views.size() - 8), views.size());
    String best = null;
    int most = 0;
    Set<String> tried = new HashSet<>();
    for (InteractionEvent e : kept.reversed()) {
      String page = e.getPageViewed().getPage();
      int count = (int) kept.stream().filter(x -> x.getPageViewed().getPage().equals(page)).count();
      if (tried.add(page) && count > most) {
        best = page;
        most = count;
      }
    }
    return best;
  }

  private @Nullable Double answerMean() {
    List<InteractionEvent> talk =
        within(
            e -> e.getType().equals("message_sent") || e.getType().equals("agent_replied"), 24 * H);
    talk = talk.subList(Math.max(0, talk.size() - 16), talk.size());
    long open = -1;
    long sum = 0;
    int count = 0;
    for (InteractionEvent e : talk) {
      boolean question = e.getType().equals("message_sent");
      if (question && open < 0) {
        open = e.getOccurredAt();
      } else if (!question && open >= 0) {
        sum += e.getOccurredAt() - open;
        count++;
        open = -1;
      }
    }
    return count == 0 ? null : (Double) (sum / 1e3 / count);
  }

  private boolean tileIn(long time, long window, long tile) {
    return Math.floorDiv(time, tile) > Math.floorDiv(newest, tile) - Math.ceilDiv(window, tile);
  }

  private List<InteractionEvent> tiled(String type, long window, long tile) {
    return all(type).stream().filter(e -> tileIn(e.getOccurredAt(), window, tile)).toList();
  }

  private List<InteractionEvent> within(String type, long window) {
    return within(e -> e.getType().equals(type), window);
  }

  private List<InteractionEvent> within(Predicate<InteractionEvent> which, long window) {
    return counted.stream().filter(which).filter(e -> e.getOccurredAt() > newest - window).toList();
  }

  private List<InteractionEvent> all(String type) {
    return of(counted, type);
  }

  private static List<InteractionEvent> of(List<InteractionEvent> events, String type) {
    return events.stream().filter(e -> e.getType().equals(type)).toList();
  }

  private static java.util.stream.DoubleStream lengths(List<InteractionEvent> messages) {
    return messages.stream()
        .filter(e -> e.getMessageSent().getLength() != null)
        .mapToDouble(e -> e.getMessageSent().getLength());
  }

  private static @Nullable InteractionEvent last(List<InteractionEvent> events) {
    return events.isEmpty() ? null : events.getLast();
  }

  private static @Nullable InteractionEvent last(java.util.stream.Stream<InteractionEvent> events) {
    return events.reduce((_, later) -> later).orElse(null);
  }

  private static @Nullable String page(@Nullable InteractionEvent e) {
    return e == null ? null : e.getPageViewed().getPage();
  }

  private static @Nullable Double orNull(java.util.OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
