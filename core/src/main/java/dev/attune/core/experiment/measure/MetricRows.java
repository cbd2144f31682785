package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.core.experiment.statistics.Moments;
import dev.attune.core.experiment.statistics.WeightedMoments;
import dev.attune.schemas.avro.Bucket;
import dev.attune.schemas.avro.CentredSums;
import dev.attune.schemas.avro.MetricResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A metric's sums as they are written. What a reader of the first release needs is written too, so
 * that old and new instances can run side by side.
 */
final class MetricRows {
  private MetricRows() {}

  static MetricResult written(String name, ResultSums.MetricSums metric) {
    Moments s = metric.sums;
    Moments.Products raw = metric.raw;
    return new MetricResult(
        name,
        s.users(),
        s.sums().y(),
        s.sums().d(),
        s.sums().x(),
        raw.yy(),
        raw.dd(),
        raw.xx(),
        raw.yd(),
        raw.xy(),
        raw.xd(),
        buckets(metric.happened),
        buckets(metric.open),
        centred(s),
        centred(metric.weighted.once()),
        centred(metric.weighted.squared()));
  }

  private static CentredSums centred(Moments s) {
    Moments.Products products = s.products();
    return new CentredSums(
        s.weight(),
        s.sums().y(),
        s.sums().d(),
        s.sums().x(),
        products.yy(),
        products.dd(),
        products.xx(),
        products.yd(),
        products.xy(),
        products.xd());
  }

  /** What a row holds; one of the first release has no centred sums. */
  static Moments moments(MetricResult r) {
    CentredSums centred = r.getCentred();
    return centred == null
        ? Moments.ofRaw(r.getUsers(), new Moments.Sums(r.getY(), r.getD(), r.getX()), raw(r))
        : moments(r.getUsers(), centred);
  }

  static Moments.Products raw(MetricResult r) {
    return new Moments.Products(r.getYy(), r.getDd(), r.getXx(), r.getYd(), r.getXy(), r.getXd());
  }

  /**
   * @param assumedWeight of each user, for a row that doesn't tell
   */
  static WeightedMoments weighted(MetricResult r, double assumedWeight) {
    CentredSums once = r.getWeighted();
    CentredSums squared = r.getSquared();
    return once == null || squared == null
        ? WeightedMoments.of(moments(r), assumedWeight)
        : new WeightedMoments(moments(r.getUsers(), once), moments(r.getUsers(), squared));
  }

  private static Moments moments(long users, CentredSums s) {
    return new Moments(
        users,
        s.getWeight(),
        new Moments.Sums(s.getY(), s.getD(), s.getX()),
        new Moments.Products(s.getYy(), s.getDd(), s.getXx(), s.getYd(), s.getXy(), s.getXd()));
  }

  private static List<Bucket> buckets(LogHistogram sketch) {
    List<Bucket> buckets = new ArrayList<>();
    sketch.counts().forEach((bucket, users) -> buckets.add(new Bucket(bucket, users)));
    return buckets;
  }
}
