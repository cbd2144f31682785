package dev.attune.training.train;

import static dev.attune.training.train.Page.count;
import static dev.attune.training.train.Page.number;
import static dev.attune.training.train.Page.percent;
import static dev.attune.training.train.Page.plusMinus;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.schemas.json.Rfc3339;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A version's report for people: one page that needs nothing else, beside the version's files. */
final class HtmlReport {
  static final String FILE = "report.html";

  private static final int SHIFTS = 10;
  private static final int FEATURES = 15;

  private final CandidateModel candidate;
  private final Evaluation evaluation;
  private final List<Scored> scored;
  private final Map<String, Object> page = new HashMap<>();

  private HtmlReport(CandidateModel candidate) {
    this.candidate = candidate;
    this.evaluation = candidate.assessment().evaluation();
    this.scored = Scored.by(candidate.evaluated(), candidate.split().newer());
  }

  static String of(String version, Instant now, CandidateModel candidate) {
    HtmlReport report = new HtmlReport(candidate);
    report.head(version);
    report.methods();
    report.labels();
    report.importance();
    report.pictures();
    report.shifts();
    report.slices();
    report.card(now);
    return Page.of("report.html", report.page);
  }

  private void head(String version) {
    List<String> failures = candidate.assessment().failures(candidate.playbook().training());
    page.put("model", candidate.playbook().training().model());
    page.put("version", version);
    page.put("heldOut", count(candidate.heldOut()));
    page.put("passed", failures.isEmpty());
    page.put("failures", failures);
    page.put(
        "summary",
        "Right in %s of the newest cases, where the most frequent label would be in %s."
            .formatted(percent(evaluation.all().top1()), percent(evaluation.all().majorityTop1())));
    candidate
        .assessment()
        .live()
        .ifPresent(
            live ->
                page.put(
                    "live",
                    "On %s of these rows, all that live version %s had not learned from, it is right in %s and that version in %s, among the three likeliest in %s and %s; log loss is %s lower (95 %% interval %s to %s; below 0 is worse)."
                        .formatted(
                            count(live.rows()),
                            live.version(),
                            percent(live.candidateTop1()),
                            percent(live.liveTop1()),
                            percent(live.candidateTop3()),
                            percent(live.liveTop3()),
                            number(live.gain()),
                            number(live.low()),
                            number(live.high()))));
  }

  private void methods() {
    List<Map<String, Object>> methods = new ArrayList<>();
    methods.add(method("this model", scored, "first"));
    new Baselines(candidate.evaluated(), candidate.split().older())
        .of(candidate.split().newer())
        .forEach((name, said) -> methods.add(method(name, said, "")));
    page.put("methods", methods);
  }

  private Map<String, Object> method(String name, List<Scored> said, String kind) {
    List<String> labels = candidate.evaluated().labels();
    ClusteredMean top1 = new ClusteredMean();
    ClusteredMean top3 = new ClusteredMean();
    ClusteredMean loss = new ClusteredMean();
    for (Scored one : said) {
      String user = one.example().userId();
      top1.add(user, one.isRight(labels) ? 1 : 0);
      top3.add(user, one.isAmong(3, labels) ? 1 : 0);
      loss.add(user, one.loss(labels));
    }
    return Map.of(
        "name",
        name,
        "kind",
        kind,
        "top1",
        percent(top1.mean()) + plusMinus(100 * top1.margin(), 1),
        "top3",
        percent(top3.mean()) + plusMinus(100 * top3.margin(), 1),
        "logLoss",
        number(loss.mean()) + plusMinus(loss.margin(), 3),
        "ece",
        number(CalibrationCurve.of(said, labels).error()));
  }

  private void labels() {
    ConfusionMatrix matrix = evaluation.confusion();
    List<Map<String, Object>> labels = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int label = 0; label < matrix.labels().size(); label++) {
      String name = matrix.labels().get(label);
      int total = matrix.rows(label);
      LabelFigures figures = LabelFigures.of(scored, matrix.labels(), label);
      labels.add(
          Map.of(
              "name", name,
              "rows", count(total),
              "recall", LabelFigures.text(figures.recall()),
              "precision", LabelFigures.text(figures.precision())));
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int said : matrix.counts()[label]) {
        cells.add(Map.of("count", said, "share", total == 0 ? 0 : Math.round(60.0 * said / total)));
      }
      rows.add(Map.of("name", name, "cells", cells));
    }
    page.put("labels", labels);
    page.put("columns", matrix.labels());
    page.put("confusion", rows);
  }

  private void importance() {
    FeatureImportance importance = FeatureImportance.of(candidate.evaluated(), scored);
    double most =
        importance.byFeature().isEmpty() ? 1 : importance.byFeature().getFirst().getValue();
    page.put("importanceRows", count(importance.rows()));
    page.put(
        "importance",
        importance.byFeature().stream()
            .limit(FEATURES)
            .map(
                entry ->
                    Map.of(
                        "name", entry.getKey(),
                        "width", Math.round(100 * entry.getValue() / Math.max(1e-12, most)),
                        "value", number(entry.getValue())))
            .toList());
  }

  private void pictures() {
    page.put(
        "ece",
        "%s (%s)"
            .formatted(
                number(evaluation.all().calibrationError()),
                CalibrationInterval.of(scored, candidate.evaluated().labels())));
    page.put("reliability", reliability().toString());
    candidate
        .assessment()
        .curve()
        .ifPresent(curve -> page.put("curve", learningCurve(curve).toString()));
  }

  private SvgPlot reliability() {
    SvgPlot plot = new SvgPlot("How often the model is right, by the probability that it gave");
    for (int quarter = 0; quarter <= 4; quarter++) {
      plot.mark(quarter / 4.0, "%d %%".formatted(25 * quarter));
    }
    plot.line(0, 0, 1, 1, "ideal");
    plot.curve(
        CalibrationCurve.of(scored, candidate.evaluated().labels()).parts().stream()
            .map(part -> new SvgPlot.Dot(part.said(), part.right()))
            .toList());
    return plot;
  }

  private static SvgPlot learningCurve(LearningCurve curve) {
    SvgPlot plot = new SvgPlot("The share that is right, by the rows that were learned from");
    double most = Math.log(curve.points().getLast().rows());
    double least = Math.log(curve.points().getFirst().rows() / 2.0);
    List<SvgPlot.Dot> points = new ArrayList<>();
    for (LearningCurve.Point point : curve.points()) {
      double at = (Math.log(point.rows()) - least) / Math.max(1e-9, most - least) * 0.92;
      plot.mark(at, count(point.rows()));
      points.add(new SvgPlot.Dot(at, point.top1()));
    }
    plot.curve(points);
    return plot;
  }

  private void shifts() {
    page.put(
        "drift",
        FeatureShift.of(
                candidate.split(),
                candidate.playbook().features(),
                candidate.evaluated().segments())
            .stream()
            .limit(SHIFTS)
            .map(
                shift ->
                    Map.of(
                        "name", shift.feature(),
                        "index", number(shift.index()),
                        "level", shift.level()))
            .toList());
  }

  private void slices() {
    List<Map<String, Object>> slices = new ArrayList<>();
    evaluation
        .slices()
        .forEach(
            (name, of) ->
                slices.add(
                    Map.of(
                        "name", name,
                        "rows", count(of.rows()),
                        "top1", percent(of.top1()) + plusMinus(100 * of.top1Margin(), 1),
                        "top3", percent(of.top3()),
                        "logLoss", number(of.logLoss()),
                        "majority", percent(of.majorityTop1()))));
    page.put("slices", slices);
  }

  private void card(Instant now) {
    List<Example> examples = candidate.examples();
    TrainedModel model = candidate.model();
    Map<String, String> card = new LinkedHashMap<>();
    TrainingSpec.Label label = candidate.playbook().training().label();
    card.put("playbook", candidate.playbook().name());
    card.put("made", now.toString());
    if (label != null) {
      card.put(
          "says",
          "%s, within %s after %s"
              .formatted(label.rule().text(), label.within(), String.join(", ", label.moments())));
    }
    card.put("labels", String.join(", ", model.labels()));
    card.put("learned from", count(examples.size()) + " rows of " + users(examples) + " users");
    card.put(
        "events from",
        Rfc3339.format(examples.getFirst().time())
            + " to "
            + Rfc3339.format(examples.getLast().time()));
    card.put(
        "model",
        "%s trees of XGBoost over %s columns"
            .formatted(count(model.forest().trees()), count(model.matrix().width())));
    card.put("settings", candidate.chosen().text());
    card.put("features", candidate.playbook().features().id());
    card.put(
        "meant for",
        "choosing among prepared replies of this chatbot; not for decisions about people");
    card.put(
        "knows nothing of", "what users do elsewhere, and labels that came less often than asked");
    page.put(
        "card",
        card.entrySet().stream()
            .map(entry -> Map.of("name", entry.getKey(), "value", entry.getValue()))
            .toList());
  }

  private static String users(List<Example> examples) {
    Stream<String> users = examples.stream().map(Example::userId);
    return count((int) users.distinct().count());
  }
}
