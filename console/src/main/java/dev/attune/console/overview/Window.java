package dev.attune.console.overview;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;
import static dev.attune.console.forward.Service.STREAMS;

import dev.attune.console.forward.Service;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The looks of the last five minutes, and what they come to. Owned by one thread. */
final class Window {
  private static final long LENGTH_MILLIS = 300_000;
  private static final long RATE_MILLIS = 10_000;
  private static final long MINUTE_MILLIS = 60_000;

  /** The objective of the alerts. */
  private static final double FRESH_SECONDS = 0.25;

  /** Answers of scoring that leave a user without a prediction. */
  private static final Set<String> UNSCORED = Set.of("no_model", "refused", "unavailable");

  /** Replies that something broken made generic. */
  private static final Set<String> FAULTS =
      Set.of("store_unavailable", "stale", "log_full", "template_error");

  private final Deque<Look> looks = new ArrayDeque<>();

  void add(Look look) {
    looks.addLast(look);
    while (looks.getFirst().atMillis() < look.atMillis() - LENGTH_MILLIS) {
      looks.removeFirst();
    }
  }

  /** Of the newest look. */
  Overview overview() {
    Look now = looks.getLast();
    Look start = looks.getFirst();
    Metrics replies = now.metrics(RESPONSES);
    return new Overview(
        now.atMillis(),
        (now.atMillis() - start.atMillis()) / 1000,
        List.of(
            stage(GATEWAY, Figures.ACCEPTED, Figures.BROKER_SECONDS, null),
            stage(STREAMS, Figures.PROCESSED, null, Figures.LAG),
            stage(INFERENCE, Figures.SCORED, Figures.FRESHNESS, null),
            stage(RESPONSES, Figures.REPLIES, Figures.STORE_READ, null)),
        List.of(kafka(now), redis(now), playbook(now)),
        new Overview.Freshness(quantile(INFERENCE, 0.5), quantile(INFERENCE, 0.99)),
        new Overview.Replies(
            known(rate(RESPONSES, Figures.REPLIES)), known(personalized(start, now))),
        replies.growthBy(start.metrics(RESPONSES), Figures.REPLIES, "reason"),
        now.metrics(GATEWAY).growthBy(start.metrics(GATEWAY), Figures.REJECTED, "code"),
        segments(now),
        known(replies.sum(Figures.STORE_BUDGET)));
  }

  private Overview.Stage stage(
      Service service, String counter, @Nullable String histogram, @Nullable String waiting) {
    ServiceLook look = looks.getLast().of(service);
    Map<String, Double> errors = errors(service, looks.getFirst());
    boolean slow =
        service == INFERENCE && quantileOf(INFERENCE, Figures.FRESHNESS, 0.99) > FRESH_SECONDS;
    String state = look.ready() ? "ok" : "bad";
    if (look.ready() && (!errors.isEmpty() || slow || !look.troubles().isEmpty())) {
      state = "warn";
    }
    return new Overview.Stage(
        service.id(),
        state,
        look.version(),
        known(rate(service, counter)),
        histogram == null ? null : known(quantileOf(service, histogram, 0.99)),
        waiting == null ? null : known(look.metrics().sum(waiting)),
        errors,
        look.troubles());
  }

  /** What went wrong since a look, by kind. */
  private Map<String, Double> errors(Service service, Look since) {
    Metrics now = looks.getLast().metrics(service);
    Metrics then = since.metrics(service);
    Map<String, Double> errors = new TreeMap<>();
    switch (service) {
      case GATEWAY -> {
        put(errors, "rejected", now.growth(then, Figures.REJECTED, _ -> true));
        put(errors, "unacknowledged", now.growth(then, Figures.UNACKNOWLEDGED, _ -> true));
      }
      case STREAMS ->
          put(errors, "dead_letters", now.growth(then, Figures.STREAMS_LETTERS, _ -> true));
      case INFERENCE ->
          put(errors, "unscored", now.growth(then, Figures.SCORED, labelled("outcome", UNSCORED)));
      case RESPONSES -> {
        put(errors, "fault", now.growth(then, Figures.REPLIES, labelled("reason", FAULTS)));
        put(errors, "decisions_lost", now.growth(then, Figures.DECISIONS_LOST, _ -> true));
      }
    }
    return errors;
  }

  private static Predicate<Map<String, String>> labelled(String label, Set<String> values) {
    return labels -> values.contains(labels.getOrDefault(label, ""));
  }

  private static void put(Map<String, Double> errors, String kind, double count) {
    if (count > 0) {
      errors.put(kind, count);
    }
  }

  private Overview.Part kafka(Look now) {
    boolean seen = now.of(GATEWAY).answers() || now.of(STREAMS).answers();
    Look before = before(MINUTE_MILLIS);
    double failed =
        now.metrics(GATEWAY).growth(before.metrics(GATEWAY), Figures.UNACKNOWLEDGED, _ -> true);
    Double p99 = known(quantileOf(GATEWAY, Figures.BROKER_SECONDS, 0.99));
    return new Overview.Part("kafka", seen ? failed > 0 ? "bad" : "ok" : "unknown", p99);
  }

  /** An open breaker says nothing when nobody has asked since: it closes with the next reads. */
  private Overview.Part redis(Look now) {
    double open = now.metrics(RESPONSES).sum(Figures.STORE_OPEN);
    boolean missed = errors(RESPONSES, before(RATE_MILLIS)).containsKey("fault");
    String state = open == 0 ? "ok" : open > 0 && missed ? "bad" : "unknown";
    return new Overview.Part(
        "redis", state, known(quantileOf(RESPONSES, Figures.STORE_READ, 0.99)));
  }

  private static Overview.Part playbook(Look now) {
    double pending = now.metrics(RESPONSES).sum(Figures.PLAYBOOK_PENDING);
    String state = Double.isNaN(pending) ? "unknown" : pending > 0 ? "bad" : "ok";
    return new Overview.Part("playbook", state, null);
  }

  private static Map<String, Double> segments(Look now) {
    Map<String, Double> sizes = new HashMap<>();
    now.metrics(STREAMS)
        .of(Figures.SEGMENT_SIZE)
        .forEach(s -> sizes.merge(s.labels().getOrDefault("segment", ""), s.value(), Double::sum));
    return sizes;
  }

  /** The last minute, once there are looks of a minute. */
  Sample sample() {
    Look now = looks.getLast();
    Look then = before(MINUTE_MILLIS);
    double seconds = (now.atMillis() - then.atMillis()) / 1e3;
    double errors = 0;
    for (Service service : Service.values()) {
      errors += errors(service, then).values().stream().mapToDouble(Double::doubleValue).sum();
    }
    return new Sample(
        now.atMillis() / 1000,
        orNaN(quantile(INFERENCE, Figures.FRESHNESS, 0.5, then)),
        orNaN(quantile(INFERENCE, Figures.FRESHNESS, 0.99, then)),
        grown(GATEWAY, Figures.ACCEPTED, then) / seconds,
        grown(RESPONSES, Figures.REPLIES, then) / seconds,
        personalized(then, now),
        now.metrics(STREAMS).sum(Figures.LAG),
        seconds > 0 ? errors * 60 / seconds : Double.NaN);
  }

  /** Of the replies between two looks. */
  private static double personalized(Look then, Look now) {
    Metrics replies = now.metrics(RESPONSES);
    Metrics before = then.metrics(RESPONSES);
    double all = replies.growth(before, Figures.REPLIES, _ -> true);
    double personal =
        replies.growth(
            before, Figures.REPLIES, labels -> "true".equals(labels.get("personalized")));
    return all > 0 ? personal / all : Double.NaN;
  }

  private double rate(Service service, String counter) {
    Look then = before(RATE_MILLIS);
    double seconds = (looks.getLast().atMillis() - then.atMillis()) / 1e3;
    return grown(service, counter, then) / seconds;
  }

  /** NaN where one of both looks found nobody. */
  private double grown(Service service, String counter, Look then) {
    Look now = looks.getLast();
    if (!now.of(service).answers() || !then.of(service).answers()) {
      return Double.NaN;
    }
    double growth = now.metrics(service).growth(then.metrics(service), counter, _ -> true);
    // a counter that nobody has raised yet isn't told
    return Double.isNaN(growth) ? 0 : growth;
  }

  private @Nullable Double quantile(Service service, double q) {
    return quantile(service, Figures.FRESHNESS, q, before(MINUTE_MILLIS));
  }

  private double quantileOf(Service service, String histogram, double q) {
    return orNaN(quantile(service, histogram, q, before(MINUTE_MILLIS)));
  }

  private @Nullable Double quantile(Service service, String histogram, double q, Look then) {
    Look now = looks.getLast();
    return looks.size() < 2
        ? null
        : now.metrics(service).quantile(then.metrics(service), histogram, q);
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }

  /** The newest look that is so old, else the oldest. */
  private Look before(long millis) {
    long wanted = looks.getLast().atMillis() - millis;
    var backwards = looks.descendingIterator();
    while (backwards.hasNext()) {
      Look look = backwards.next();
      if (look.atMillis() <= wanted) {
        return look;
      }
    }
    return looks.getFirst();
  }
}
