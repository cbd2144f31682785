package dev.attune.console.overview;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;
import static dev.attune.console.forward.Service.STREAMS;

import dev.attune.console.forward.Service;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The looks of the last five minutes, and what they come to. Owned by one thread. */
final class Window {
  static final long RATE_MILLIS = 10_000;
  static final long MINUTE_MILLIS = 60_000;

  private static final long LENGTH_MILLIS = 300_000;

  /** The objective of the alerts. */
  private static final double FRESH_SECONDS = 0.25;

  /** Answers of scoring that leave a user without a prediction. */
  private static final Set<String> UNSCORED = Set.of("no_model", "refused", "unavailable");

  /** Replies that something broken made generic. Stale is none: the user returns after a day. */
  private static final Set<String> FAULTS =
      Set.of("store_unavailable", "log_full", "template_error");

  /** Errors that lose something, or may. */
  private static final Set<String> LOSSES = Set.of("unacknowledged", "decisions_lost");

  /** Up to this share of what passed a service works well, with single errors. */
  private static final double NOTABLE_SHARE = 0.01;

  private final Map<Service, Totals> totals = new EnumMap<>(Service.class);
  private final Deque<Snapshot> looks = new ArrayDeque<>();
  private final Parts parts = new Parts(this);

  void add(Look look) {
    Map<Service, ServiceLook> services = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      Totals added = totals.computeIfAbsent(service, _ -> new Totals());
      services.put(service, added.add(look.atMillis(), look.of(service)));
    }
    looks.addLast(new Snapshot(look.atMillis(), services));
    while (looks.getFirst().atMillis() < look.atMillis() - LENGTH_MILLIS) {
      looks.removeFirst();
    }
  }

  /** Of the newest look. */
  Overview overview() {
    Snapshot now = looks.getLast();
    return new Overview(
        now.atMillis(),
        (now.atMillis() - looks.getFirst().atMillis()) / 1000,
        List.of(
            stage(GATEWAY, Figures.ACCEPTED, Figures.BROKER_SECONDS, null),
            stage(STREAMS, Figures.PROCESSED, Figures.EVENT_AGE, Figures.LAG),
            stage(INFERENCE, Figures.SCORED, Figures.FRESHNESS, null),
            stage(RESPONSES, Figures.REPLIES, Figures.STORE_READ, null)),
        parts.all(),
        new Overview.Freshness(
            quantile(INFERENCE, Figures.FRESHNESS, 0.5), p99(INFERENCE, Figures.FRESHNESS)),
        new Overview.Replies(
            known(rate(RESPONSES, Figures.REPLIES, RATE_MILLIS)),
            known(personalized(looks.getFirst()))),
        grownBy(RESPONSES, Figures.REPLIES, "reason"),
        refused(),
        known(deadLetters()),
        streamsBy(now, Figures.SEGMENT_SIZE, "segment"),
        streamsBy(now, Figures.FEATURE_ROWS, "feature"),
        known(gauge(RESPONSES, Figures.STORE_BUDGET)));
  }

  private Overview.Stage stage(
      Service service, String counter, @Nullable String histogram, @Nullable String waiting) {
    ServiceLook look = looks.getLast().of(service);
    Map<String, Double> errors = errors(service, looks.getFirst());
    Double fresh = p99(INFERENCE, Figures.FRESHNESS);
    boolean slow = service == INFERENCE && fresh != null && fresh > FRESH_SECONDS;
    boolean failing = isNotable(errors, service, counter);
    boolean fine = look.allReady() && !failing && look.troubles().isEmpty() && !slow;
    return new Overview.Stage(
        service.id(),
        look.ready() == 0 ? "bad" : fine ? "ok" : "warn",
        new Overview.Instances(look.instances(), look.answering(), look.ready()),
        look.version(),
        known(rate(service, counter, RATE_MILLIS)),
        histogram == null ? null : p99(service, histogram),
        waiting == null ? null : known(gauge(service, waiting)),
        errors,
        look.troubles());
  }

  /** What must not be lost is told at once; other errors from one in a hundred on. */
  private boolean isNotable(Map<String, Double> errors, Service service, String counter) {
    double all =
        looks
            .getLast()
            .metrics(service)
            .growth(looks.getFirst().metrics(service), counter, _ -> true);
    double failed = errors.values().stream().mapToDouble(Double::doubleValue).sum();
    return errors.keySet().stream().anyMatch(LOSSES::contains)
        || failed > NOTABLE_SHARE * orZero(all);
  }

  /** What went wrong in so long, by kind. */
  Map<String, Double> errors(Service service, long millis) {
    return errors(service, before(service, millis));
  }

  private Map<String, Double> errors(Service service, Snapshot since) {
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

  /** At the door and behind it. */
  private Map<String, Double> refused() {
    Map<String, Double> refused = new TreeMap<>(grownBy(GATEWAY, Figures.REJECTED, "code"));
    grownBy(STREAMS, Figures.STREAMS_LETTERS, "code")
        .forEach((code, n) -> refused.merge(code, n, Double::sum));
    return refused;
  }

  private double deadLetters() {
    Snapshot now = looks.getLast();
    Snapshot start = looks.getFirst();
    boolean seen = now.of(GATEWAY).answers() || now.of(STREAMS).answers();
    double gateway =
        now.metrics(GATEWAY)
            .growth(
                start.metrics(GATEWAY),
                Figures.GATEWAY_LETTERS,
                labelled("result", Set.of("written")));
    double streams =
        now.metrics(STREAMS).growth(start.metrics(STREAMS), Figures.STREAMS_LETTERS, _ -> true);
    return seen ? orZero(gateway) + orZero(streams) : Double.NaN;
  }

  private Map<String, Double> grownBy(Service service, String counter, String label) {
    return looks
        .getLast()
        .metrics(service)
        .growthBy(looks.getFirst().metrics(service), counter, label);
  }

  private static Map<String, Double> streamsBy(Snapshot now, String name, String label) {
    Map<String, Double> values = new HashMap<>();
    now.metrics(STREAMS)
        .of(name)
        .forEach(s -> values.merge(s.labels().getOrDefault(label, ""), s.value(), Double::sum));
    return values;
  }

  /** The last minute, once there are looks of a minute. */
  Sample sample() {
    Snapshot then = before(RESPONSES, MINUTE_MILLIS);
    return new Sample(
        looks.getLast().atMillis() / 1000,
        orNaN(quantile(INFERENCE, Figures.FRESHNESS, 0.5)),
        orNaN(p99(INFERENCE, Figures.FRESHNESS)),
        rate(GATEWAY, Figures.ACCEPTED, MINUTE_MILLIS),
        rate(RESPONSES, Figures.REPLIES, MINUTE_MILLIS),
        personalized(then),
        gauge(STREAMS, Figures.LAG),
        errorsPerMinute());
  }

  /** Of the services that are known; NaN when none is. */
  private double errorsPerMinute() {
    double perMinute = Double.NaN;
    for (Service service : Service.values()) {
      Snapshot then = before(service, MINUTE_MILLIS);
      double seconds = secondsSince(then);
      if (seconds > 0) {
        double errors =
            errors(service, then).values().stream().mapToDouble(Double::doubleValue).sum();
        perMinute = orZero(perMinute) + errors * 60 / seconds;
      }
    }
    return perMinute;
  }

  /** Of the replies since a look. */
  private double personalized(Snapshot then) {
    Metrics replies = looks.getLast().metrics(RESPONSES);
    Metrics before = then.metrics(RESPONSES);
    double all = replies.growth(before, Figures.REPLIES, _ -> true);
    double personal =
        replies.growth(
            before, Figures.REPLIES, labels -> "true".equals(labels.get("personalized")));
    return all > 0 ? personal / all : Double.NaN;
  }

  private double rate(Service service, String counter, long millis) {
    return grown(service, counter, millis) / secondsSince(before(service, millis));
  }

  private double secondsSince(Snapshot then) {
    return (looks.getLast().atMillis() - then.atMillis()) / 1e3;
  }

  /** NaN where the service doesn't answer, or didn't before. */
  double grown(Service service, String counter, long millis) {
    Snapshot then = before(service, millis);
    if (then == looks.getLast()) {
      return Double.NaN;
    }
    // a counter that nobody has raised yet isn't told
    return orZero(
        looks.getLast().metrics(service).growth(then.metrics(service), counter, _ -> true));
  }

  /** The sum, or the worst, of the instances; NaN when none tells it. */
  double gauge(Service service, String name) {
    return looks.getLast().metrics(service).sum(name);
  }

  /** Of the last minute. */
  @Nullable Double p99(Service service, String histogram) {
    return quantile(service, histogram, 0.99);
  }

  private @Nullable Double quantile(Service service, String histogram, double q) {
    Snapshot then = before(service, MINUTE_MILLIS);
    return looks.getLast().metrics(service).quantile(then.metrics(service), histogram, q);
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }

  /**
   * From which look on a service's growth is told: the newest that is so old, else the oldest, of
   * those in which it answered, and none from before a long silence. The newest look itself when
   * there is none, or the service does not answer.
   */
  private Snapshot before(Service service, long millis) {
    Snapshot now = looks.getLast();
    Snapshot found = now;
    Iterator<Snapshot> backwards = looks.descendingIterator();
    while (backwards.hasNext() && found.atMillis() > now.atMillis() - millis) {
      Snapshot look = backwards.next();
      if (found.atMillis() - look.atMillis() > Totals.SILENCE_MILLIS) {
        break;
      }
      if (look.of(service).answers()) {
        found = look;
      } else if (look == now) {
        break;
      }
    }
    return found;
  }
}
