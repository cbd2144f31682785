package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.ErasedUsers;
import dev.attune.schemas.json.Rfc3339;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a model version from events: replay, encode, boost, evaluate, publish.
 *
 * <p>The newest rows are held out and evaluated by a model of the older ones; then the version
 * itself is trained, with the same settings, on all rows. So the metrics are those of the method on
 * rows it had not seen, and the version knows the newest events too.
 */
public final class Trainer {
  private static final int LEAST_ROWS = 50;

  private final Request request;
  private final TrainingSpec spec;
  private final Progress progress;

  private Trainer(Request request, Progress progress) {
    this.request = request;
    this.spec = request.playbook().training();
    this.progress = progress;
  }

  /**
   * @param from events before it are left out, epoch milliseconds
   * @param to events at it and later are left out
   * @param erased whose events up to their erasure are left out
   */
  public record Request(
      Path events,
      Playbook playbook,
      long from,
      long to,
      ModelRegistry registry,
      Instant now,
      ErasedUsers erased) {

    /** Nobody was erased. */
    public Request(
        Path events, Playbook playbook, long from, long to, ModelRegistry registry, Instant now) {
      this(events, playbook, from, to, registry, now, new ErasedUsers());
    }
  }

  /**
   * @param live whether the version went live, as a playbook's first one does
   * @param gateFailures what keeps a candidate from going live
   */
  public record Result(
      String version,
      Path dir,
      boolean live,
      Map<String, Double> metrics,
      Map<String, String> slices,
      List<String> gateFailures,
      String summary,
      int rows) {}

  /**
   * @throws UserFault when the events don't suffice
   * @throws ModelException when the registry can't take the version
   */
  public static Result train(Request request, Progress progress) throws ModelException {
    return new Trainer(request, progress).train();
  }

  /**
   * Writes the labelled rows as CSV instead of training; returns how many.
   *
   * @throws UserFault when the events don't suffice or the file can't be written
   */
  public static int export(Request request, Path file, Progress progress) {
    List<LabelledRow> rows = new Trainer(request, progress).rows();
    try {
      RowFile.write(file, rows, request.playbook().features());
    } catch (IOException e) {
      throw new UserFault("The rows can't be written to " + file + ".", e);
    }
    return rows.size();
  }

  private Result train() throws ModelException {
    List<LabelledRow> rows = rows();
    int held = Math.max(1, (int) Math.round(rows.size() * spec.testShare()));
    List<LabelledRow> older = rows.subList(0, rows.size() - held);
    List<LabelledRow> newer = rows.subList(rows.size() - held, rows.size());
    Evaluation evaluation = evaluate(older, newer);
    Model model = model(rows, "training the version");
    return publish(rows, held, model, evaluation);
  }

  private List<LabelledRow> rows() {
    TrainingSpec.Label label = spec.label();
    if (label == null) {
      throw new UserFault("The playbook has no training.yaml with a label.");
    }
    progress.phase("replaying events", 0);
    Sampler sampler = new Sampler(request.playbook().engine(), label);
    long bad =
        EventFile.read(
            request.events(),
            new EventFile.Span(request.from(), request.to()),
            progress,
            event -> {
              if (!request.erased().excludes(event.getUserId(), event.getOccurredAt())) {
                sampler.accept(event);
              }
            });
    List<LabelledRow> rows = sampler.rows();
    if (rows.size() < LEAST_ROWS) {
      throw new UserFault(
          ("%d %s events followed by %s within %s were found among %d events (%d lines were none);"
                  + " at least %d are needed.")
              .formatted(
                  rows.size(),
                  label.rows(),
                  label.event(),
                  label.within(),
                  sampler.events(),
                  bad,
                  LEAST_ROWS));
    }
    return rows;
  }

  /** A trained model, not yet in a bundle. */
  private record Model(List<String> labels, Fitted fitted, byte[] trees, FlatForest forest) {
    float[] probabilities(FeatureRow row) {
      return forest.predict(forest.margins(fitted.encoder().encode(row)));
    }
  }

  private record Evaluation(
      Metrics all, Map<String, Metrics> slices, List<ModelManifest.Reference> predictions) {}

  private Model model(List<LabelledRow> rows, String phase) throws ModelException {
    List<String> labels = labels(rows);
    List<LabelledRow> known = rows.stream().filter(r -> labels.contains(r.label())).toList();
    progress.phase(phase + ": features", 0);
    Fitted fitted = new Fitter(known, labels, spec).fit(request.playbook().features());
    progress.phase(phase + ": trees", spec.rounds());
    byte[] trees = Boosting.train(fitted, labels.size(), spec, progress);
    return new Model(labels, fitted, trees, FlatForest.read(trees));
  }

  private List<String> labels(List<LabelledRow> rows) {
    Map<String, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row.label(), 1, Integer::sum));
    int least = spec.label() == null ? 1 : spec.label().minRows();
    List<String> labels =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= least)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (labels.size() < 2) {
      throw new UserFault(
          "A model needs two labels with %d rows each; there %s."
              .formatted(least, labels.isEmpty() ? "is none" : "is one, " + labels.getFirst()));
    }
    return labels;
  }

  private Evaluation evaluate(List<LabelledRow> older, List<LabelledRow> newer)
      throws ModelException {
    Model model = model(older, "evaluating");
    int[] counts = Metrics.counts(older, model.labels());
    List<Metrics.Scored> scored =
        newer.stream().map(row -> new Metrics.Scored(row, model.probabilities(row.row()))).toList();
    Map<String, Metrics> slices = new java.util.LinkedHashMap<>();
    for (String feature : spec.slices()) {
      int index = categoryIndex(feature);
      newer.stream()
          .map(row -> String.valueOf(row.row().categories()[index]))
          .distinct()
          .sorted()
          .forEach(
              value ->
                  slices.put(
                      feature + "=" + value,
                      Metrics.where(
                          row -> String.valueOf(row.row().categories()[index]).equals(value),
                          scored,
                          model.labels(),
                          counts)));
    }
    return new Evaluation(
        Metrics.of(scored, model.labels(), counts),
        slices,
        References.predictions(
            model.labels(), scored.stream().map(Metrics.Scored::probabilities).toList()));
  }

  private int categoryIndex(String feature) {
    return request.playbook().features().columns().stream()
        .filter(column -> column.kind() == dev.attune.core.feature.ColumnKind.CATEGORY)
        .filter(column -> column.name().equals(feature))
        .findFirst()
        .orElseThrow(
            () -> new UserFault("training.yaml slices by " + feature + ", which is no category."))
        .index();
  }

  private Result publish(List<LabelledRow> rows, int held, Model model, Evaluation evaluation)
      throws ModelException {
    progress.phase("publishing", 0);
    ModelRegistry registry = request.registry();
    Map<String, Double> metrics = new java.util.LinkedHashMap<>(evaluation.all().named());
    evaluation
        .slices()
        .forEach(
            (slice, of) -> {
              metrics.put("top1{" + slice + "}", of.top1());
              metrics.put("top3{" + slice + "}", of.top3());
              metrics.put("evaluation_rows{" + slice + "}", (double) of.rows());
            });
    String version = nextVersion(registry);
    Path staged = registry.stage();
    Path dir;
    try {
      write(staged, manifest(version, rows, held, model, evaluation, metrics), model);
      Files.writeString(
          staged.resolve(Report.FILE),
          Report.of(
              version,
              request,
              spec,
              rows,
              held,
              evaluation.all(),
              evaluation.slices(),
              model.labels(),
              model.fitted().width(),
              model.forest().trees()));
      BundleFiles.seal(staged, manifest(version, rows, held, model, evaluation, metrics));
      dir = registry.publish(staged, version);
    } catch (IOException e) {
      throw new ModelException("The version can't be written to " + registry.place() + ".", e);
    }
    boolean first = registry.live().isEmpty();
    if (first) {
      registry.promote(version);
    }
    Map<String, String> slices = new java.util.LinkedHashMap<>();
    evaluation.slices().forEach((slice, of) -> slices.put(slice, of.toString()));
    return new Result(
        version,
        dir,
        first,
        metrics,
        slices,
        spec.failures(metrics),
        evaluation.all().toString(),
        rows.size());
  }

  private static void write(Path dir, ModelManifest manifest, Model model) throws IOException {
    Files.write(dir.resolve(BundleFiles.MODEL), model.trees());
    for (Map.Entry<String, TextModel> text : model.fitted().texts().entrySet()) {
      text.getValue().write(dir.resolve(text.getKey()));
    }
  }

  private ModelManifest manifest(
      String version,
      List<LabelledRow> rows,
      int held,
      Model model,
      Evaluation evaluation,
      Map<String, Double> metrics) {
    List<ModelManifest.SelfCheck> checks = new ArrayList<>();
    for (FeatureRow row : CheckRows.from(rows)) {
      float[] encoded = model.fitted().encoder().encode(row);
      checks.add(SelfChecks.record(row, encoded, model.forest().margins(encoded)));
    }
    List<ModelManifest.Reference> references =
        new ArrayList<>(References.of(rows, request.playbook().features()));
    references.addAll(evaluation.predictions());
    return new ModelManifest(
        spec.model(),
        version,
        request.playbook().name(),
        request.playbook().features().id(),
        model.labels(),
        model.fitted().encodings(),
        metrics,
        new ModelManifest.DataRange(
            Rfc3339.format(rows.getFirst().time()),
            Rfc3339.format(rows.getLast().time()),
            rows.size(),
            held,
            spec.label() == null ? null : spec.label().rows()),
        request.now().toString(),
        Map.of(),
        checks,
        references);
  }

  /** The day and the next free number. */
  private String nextVersion(ModelRegistry registry) throws ModelException {
    String day = request.now().atZone(ZoneOffset.UTC).toLocalDate().toString();
    int last =
        registry.versions().stream()
            .map(ModelRegistry.Entry::version)
            .filter(version -> version.matches(day + "\\.\\d{1,6}"))
            .map(version -> Integer.parseInt(version.substring(day.length() + 1)))
            .max(Comparator.naturalOrder())
            .orElse(0);
    return day + "." + (last + 1);
  }
}
