package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/**
 * One user in one experiment since the first exposure: the arm first seen, the covariate frozen at
 * that moment, the channel and segments of that time, and a tally of each metric whose window is
 * open. Mutable, owned by one thread.
 */
final class Exposure {
  final String experiment;
  final String variant;
  final long at;
  final double covariate;
  private final double share;
  private final List<String> segments;

  /** Empty until an event tells. */
  private String channel;

  private boolean heard;
  private final Map<String, MetricTally> open = new LinkedHashMap<>();

  /**
   * @param share the probability of getting into the arm at that moment; 0: not known
   * @param channel by which the user came; empty: the next event tells
   * @param segments that the user was in
   */
  Exposure(
      String experiment,
      String variant,
      long at,
      double covariate,
      double share,
      String channel,
      List<String> segments) {
    this.experiment = experiment;
    this.variant = variant;
    this.at = at;
    this.covariate = covariate;
    this.share = share;
    this.channel = channel;
    this.segments = segments;
  }

  void opens(Metric metric) {
    open.put(metric.name(), new MetricTally());
  }

  /** The user got a reply, the first one included. */
  void replied(List<Metric> metrics, long time) {
    for (Metric metric : metrics) {
      MetricTally tally = open.get(metric.name());
      if (tally != null && metric.kind() == Metric.Kind.PER_REPLY && time < closesAt(metric)) {
        tally.replied();
      }
    }
  }

  void observe(List<Metric> metrics, InteractionEvent event) {
    if (channel.isEmpty() && event.getChannel() != null) {
      channel = event.getChannel();
    }
    observe(metrics, event.getOccurredAt(), (metric, tally) -> tally.observe(metric, event));
  }

  /** An event that was read before the decision that this exposure began with. */
  void observe(List<Metric> metrics, EarlyEvent early) {
    Map<String, MetricTally> brought = early.tallies();
    observe(
        metrics,
        early.time(),
        (metric, tally) -> {
          MetricTally one = brought.get(metric.name());
          if (one != null) {
            tally.add(one);
          }
        });
  }

  private void observe(List<Metric> metrics, long time, BiConsumer<Metric, MetricTally> observer) {
    if (time < at) {
      return;
    }
    heard = true;
    for (Metric metric : metrics) {
      MetricTally tally = open.get(metric.name());
      if (tally != null && time < closesAt(metric)) {
        observer.accept(metric, tally);
        tally.active(metric, time - at);
      }
    }
  }

  long closesAt(Metric metric) {
    return at + metric.window().toMillis();
  }

  boolean isDone(List<Metric> metrics) {
    return metrics.stream().noneMatch(metric -> open.containsKey(metric.name()));
  }

  LongStream deadlines(List<Metric> metrics) {
    return metrics.stream()
        .filter(metric -> open.containsKey(metric.name()))
        .mapToLong(this::closesAt);
  }

  /** Not one event since: the client's events are lost, or the user left at once. */
  boolean isSilent() {
    return !heard;
  }

  /** A user may be in several segments; one who is in none is counted there. */
  private List<ExperimentSlice> slices() {
    List<ExperimentSlice> slices = new ArrayList<>();
    slices.add(new ExperimentSlice(ExperimentSlice.CHANNEL, channel));
    List<String> in = segments.isEmpty() ? List.of("") : segments;
    in.forEach(segment -> slices.add(new ExperimentSlice(ExperimentSlice.SEGMENT, segment)));
    return slices;
  }

  List<ClosedWindow> close(List<Metric> metrics, long until) {
    List<ClosedWindow> closed = new ArrayList<>();
    for (Metric metric : metrics) {
      MetricTally tally = open.get(metric.name());
      if (tally != null && closesAt(metric) <= until) {
        open.remove(metric.name());
        MetricTally.Entry entry = tally.entry(metric, closesAt(metric));
        closed.add(
            new ClosedWindow(experiment, variant, metric, covariate, share, slices(), entry));
      }
    }
    return closed;
  }

  void write(ByteWriter out) {
    out.text(experiment);
    out.text(variant);
    out.zigzag(at);
    out.real(covariate);
    out.real(share);
    out.text(channel);
    out.varint(segments.size());
    segments.forEach(out::text);
    out.octet(heard ? 1 : 0);
    out.varint(open.size());
    open.forEach(
        (name, tally) -> {
          out.text(name);
          tally.write(at, out);
        });
  }

  /**
   * @param withShare false: a row from before it was kept
   * @param withSlices the same of channel and segments
   */
  static Exposure read(ByteReader in, boolean withShare, boolean withSlices) {
    String experiment = in.text();
    String variant = in.text();
    long at = in.zigzag();
    double covariate = in.real();
    double share = withShare ? in.real() : 0;
    String channel = withSlices ? in.text() : "";
    List<String> segments = withSlices ? texts(in) : List.of();
    var exposure = new Exposure(experiment, variant, at, covariate, share, channel, segments);
    exposure.heard = in.octet() == 1;
    for (long n = in.varint(); n > 0; n--) {
      String name = in.text();
      exposure.open.put(name, MetricTally.read(at, in));
    }
    return exposure;
  }

  private static List<String> texts(ByteReader in) {
    List<String> texts = new ArrayList<>();
    for (long n = in.varint(); n > 0; n--) {
      texts.add(in.text());
    }
    return texts;
  }
}
