package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events to a model version: {@link Labeller} makes examples of events, {@link TrainedModel} learns
 * from them, {@link Evaluation} judges, {@link CandidateModel} writes the bundle.
 *
 * <p>The newest examples are held out and evaluated by a model of the older ones. Then the version
 * itself is trained, with the same settings, on all of them. So the metrics are those of the method
 * on rows it had not seen, and the version knows the newest events too.
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
      this(events, playbook, from, to, registry, now, ErasedUsers.none());
    }
  }

  /**
   * @param live whether the version went live, as a playbook's first one does
   * @param slices what {@code summary} says of all rows, by slice
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
   * Writes the examples as CSV instead of training; returns how many.
   *
   * @throws UserFault when the events don't suffice or the file can't be written
   */
  public static int export(Request request, Path file, Progress progress) {
    List<Example> examples = new Trainer(request, progress).replay().examples();
    try {
      ExampleFile.write(file, examples, request.playbook());
    } catch (IOException e) {
      throw new UserFault("The rows can't be written to " + file + ".", e);
    }
    return examples.size();
  }

  private Result train() throws ModelException {
    Labeller past = replay();
    List<Example> examples = past.examples();
    List<ProfileRow> profile = past.profile();
    int heldOut = Math.max(1, (int) Math.round(examples.size() * spec.testShare()));
    Evaluation evaluation = evaluate(examples, profile, examples.size() - heldOut);
    TrainedModel model = fit(examples, "training the version");
    progress.phase("publishing", 0);
    return publish(
        new CandidateModel(request.playbook(), examples, heldOut, profile, model, evaluation));
  }

  private Labeller replay() {
    TrainingSpec.Label label = spec.label();
    if (label == null) {
      throw new UserFault("The playbook has no training.yaml with a label.");
    }
    progress.phase("replaying events", 0);
    Labeller labeller = new Labeller(request.playbook().engine(), label);
    long bad =
        PastEvents.read(
            request.events(),
            new TimeRange(request.from(), request.to()),
            progress,
            event -> {
              if (!request.erased().excludes(event.getUserId(), event.getOccurredAt())) {
                labeller.accept(event);
              }
            });
    if (labeller.labelled() < LEAST_ROWS) {
      throw new UserFault(tooFew(labeller.labelled(), label, labeller.events(), bad));
    }
    return labeller;
  }

  private static String tooFew(int rows, TrainingSpec.Label label, long events, long bad) {
    return ("%d %s events followed by %s within %s were found among %d events (%d lines were none);"
            + " at least %d are needed.")
        .formatted(
            rows,
            String.join(" or ", label.moments()),
            label.event(),
            label.within(),
            events,
            bad,
            LEAST_ROWS);
  }

  private Evaluation evaluate(List<Example> examples, List<ProfileRow> profile, int split)
      throws ModelException {
    List<Example> older = examples.subList(0, split);
    List<Example> newer = examples.subList(split, examples.size());
    return Evaluation.of(
        fit(older, "evaluating"),
        older,
        newer,
        profile,
        spec.slices(),
        request.playbook().features());
  }

  private TrainedModel fit(List<Example> examples, String phase) throws ModelException {
    return TrainedModel.fit(examples, request.playbook(), phase, progress);
  }

  private Result publish(CandidateModel candidate) throws ModelException {
    ModelRegistry registry = request.registry();
    CandidateModel.Published published = candidate.publish(registry, request.now());
    boolean first = registry.live().isEmpty();
    if (first) {
      // better than none
      registry.promoteDespiteGates(published.version());
    }
    Evaluation evaluation = candidate.evaluation();
    Map<String, String> slices = new LinkedHashMap<>();
    evaluation.slices().forEach((slice, of) -> slices.put(slice, of.toString()));
    return new Result(
        published.version(),
        published.dir(),
        first,
        evaluation.named(),
        slices,
        spec.failures(evaluation.named()),
        evaluation.all().toString(),
        candidate.examples().size());
  }
}
