package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What versions say of past events, period by period, and how far the world had moved from the one
 * that they were trained on. The rows and labels are made as for training.
 */
public final class VersionReplay {
  /** With fewer rows in a period nothing is said of it. */
  static final int LEAST_ROWS = 50;

  private static final String LABEL = "label";

  private final Request request;

  private VersionReplay(Request request) {
    this.request = request;
  }

  /**
   * @param times of the periods; earlier events count for the users' features
   * @param period how long one is
   */
  public record Request(
      EventSource events,
      Playbook playbook,
      TimeRange times,
      List<ModelBundle> versions,
      Duration period,
      ErasedUsers erased,
      PersonLabels people) {}

  /**
   * @param from its first moment
   * @param rows with a label
   * @param versions those whose events had begun by then
   */
  public record Period(Instant from, int rows, List<Figures> versions) {
    /** What is said of one of them. */
    public Optional<Figures> of(String version) {
      return versions.stream().filter(figures -> figures.version().equals(version)).findFirst();
    }
  }

  /**
   * One version in one period.
   *
   * @param top1 share of rows whose label is the likeliest
   * @param margin half of its 95 % interval; rows of a user hang together
   * @param unknown share of rows with a label that the version doesn't know
   * @param learned whether it has learned from such rows: then it knows the answers
   * @param alarms why it should be trained anew; empty: it need not
   */
  public record Figures(
      String version,
      double top1,
      double margin,
      double top3,
      double logLoss,
      double unknown,
      boolean learned,
      List<Alarm> alarms) {
    /** Its alarms as sentences' middles. */
    public List<String> says() {
      return alarms.stream().map(Alarm::says).toList();
    }

    boolean has(Alarm.Kind kind) {
      return alarms.stream().anyMatch(alarm -> alarm.kind() == kind);
    }
  }

  /**
   * A reason to train a version anew.
   *
   * @param says with the figures
   */
  public record Alarm(Kind kind, String says) {
    /** What of a period differs from the version's training. */
    public enum Kind {
      LABELS,
      FEATURE,
      /** It is surely right less often. */
      ACCURACY
    }
  }

  /**
   * @throws UserFault when the playbook learns nothing, or no period has enough rows
   */
  public static List<Period> run(Request request, Progress progress) {
    List<Period> periods = periods(request, Integer.MAX_VALUE, progress);
    if (periods.isEmpty()) {
      throw new UserFault(
          "No period of %s has %d labelled rows.".formatted(request.period(), LEAST_ROWS));
    }
    return periods;
  }

  /**
   * Those with enough rows.
   *
   * @param most when there are more rows, a sample of the users is looked at
   * @throws UserFault when the playbook learns nothing
   */
  static List<Period> periods(Request request, int most, Progress progress) {
    return new VersionReplay(request).periods(most, progress);
  }

  private List<Period> periods(int most, Progress progress) {
    Map<Instant, List<Example>> byPeriod = byPeriod(examples(most, progress));
    progress.phase("scoring", byPeriod.size());
    List<Period> periods = new ArrayList<>();
    byPeriod.forEach(
        (from, rows) -> {
          if (rows.size() >= LEAST_ROWS) {
            periods.add(period(from, rows));
            progress.at(periods.size());
          }
        });
    return periods;
  }

  private List<Example> examples(int most, Progress progress) {
    var past =
        new Labeller.Past(
            request.playbook(),
            request.events(),
            new TimeRange(Long.MIN_VALUE, request.times().to()),
            request.erased(),
            request.people());
    return Labeller.since(past, request.times().from(), most, progress);
  }

  private Map<Instant, List<Example>> byPeriod(List<Example> examples) {
    long start = start(examples);
    long length = request.period().toMillis();
    return examples.stream()
        .collect(
            Collectors.groupingBy(
                example -> Instant.ofEpochMilli(start + (example.time() - start) / length * length),
                TreeMap::new,
                Collectors.toList()));
  }

  private Period period(Instant from, List<Example> rows) {
    return new Period(
        from,
        rows.size(),
        request.versions().stream()
            .filter(of -> learnedFrom(of) <= rows.getLast().time())
            .map(of -> figures(of, rows))
            .toList());
  }

  private static long learnedFrom(ModelBundle version) {
    return LiveComparison.millis(version.manifest().data().from());
  }

  /** Where the first period begins: as asked for, else with the day of the first row. */
  private long start(List<Example> examples) {
    if (request.times().from() > TimeRange.ALL.from() || examples.isEmpty()) {
      return request.times().from();
    }
    return Instant.ofEpochMilli(examples.getFirst().time())
        .truncatedTo(ChronoUnit.DAYS)
        .toEpochMilli();
  }

  private Figures figures(ModelBundle version, List<Example> examples) {
    List<String> labels = version.manifest().labels();
    List<Example> rows =
        examples.stream().filter(example -> version.misfit(example.row()) == null).toList();
    List<float[]> said =
        version.score(rows.stream().map(Example::row).toList()).stream()
            .map(scores -> scores.probabilities())
            .toList();
    ClusteredMean top1 = new ClusteredMean();
    ClusteredMean top3 = new ClusteredMean();
    ClusteredMean loss = new ClusteredMean();
    for (int i = 0; i < rows.size(); i++) {
      Scored one = new Scored(rows.get(i), said.get(i));
      String user = one.example().userId();
      top1.add(user, one.isRight(labels) ? 1 : 0);
      top3.add(user, one.isAmong(3, labels) ? 1 : 0);
      loss.add(user, one.loss(labels));
    }
    long unknown = rows.stream().filter(example -> !labels.contains(example.label())).count();
    double share = (double) unknown / Math.max(1, rows.size());
    List<Alarm> alarms = new ArrayList<>(shifted(version.manifest(), rows, share));
    Double promised = version.manifest().metrics().get("top1");
    if (promised != null && top1.mean() + top1.margin() < promised) {
      alarms.add(
          new Alarm(
              Alarm.Kind.ACCURACY,
              "right in %s, in %s when it was trained"
                  .formatted(Page.percent(top1.mean()), Page.percent(promised))));
    }
    return new Figures(
        version.manifest().version(),
        top1.mean(),
        top1.margin(),
        top3.mean(),
        loss.mean(),
        share,
        !rows.isEmpty()
            && rows.getFirst().time() <= LiveComparison.millis(version.manifest().data().to()),
        List.copyOf(alarms));
  }

  private List<Alarm> shifted(ModelManifest manifest, List<Example> rows, double unknown) {
    List<Alarm> alarms = new ArrayList<>();
    for (Reference reference : manifest.references()) {
      boolean enough =
          rows.size() >= Divergence.rowsNeeded(reference.shares().size(), FeatureShift.DRIFTED);
      if (reference.feature().equals(LABEL) && enough) {
        FeatureShift labels = FeatureShift.ofLabels(reference, rows);
        if (labels.isDrifted()) {
          alarms.add(
              new Alarm(
                  Alarm.Kind.LABELS,
                  "labels drifted (%s), %s are unknown to it"
                      .formatted(index(labels), Page.percent(unknown))));
        }
      }
    }
    List<Encoding.Segment> segments =
        manifest.encodings().stream()
            .filter(Encoding.Segment.class::isInstance)
            .map(Encoding.Segment.class::cast)
            .toList();
    FeatureShift.since(manifest.referencesByAge(), rows, request.playbook().features(), segments)
        .stream()
        .filter(FeatureShift::isDrifted)
        .map(shift -> shift.feature() + " drifted (" + index(shift) + ")")
        .forEach(says -> alarms.add(new Alarm(Alarm.Kind.FEATURE, says)));
    return alarms;
  }

  private static String index(FeatureShift shift) {
    return String.format(Locale.ROOT, "%.2f", shift.index());
  }
}
