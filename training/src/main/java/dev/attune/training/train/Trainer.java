package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.LabelRule.NextValue;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.ErasedUsers;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Events to a model version: {@link Labeller} makes examples of events, {@link TrainedModel} learns
 * from them, {@link Evaluation} judges, {@link CandidateModel} writes the bundle.
 *
 * <p>The newest examples are held out and evaluated by a model of the older ones, whose settings
 * {@link HyperparameterSearch} chose by the newest of these. Then the version itself is trained,
 * with the same settings, on all of them. So the metrics are those of the method on rows it had not
 * seen, and the version knows the newest events too. Its probabilities are calibrated on the
 * held-out rows, those that are evaluated on older ones.
 */
public final class Trainer {
  private static final int LEAST_ROWS = 50;

  private final Request request;
  private final TrainingSpec spec;
  private final Labeller.Past past;
  private final Progress progress;

  /** With the run's messages; null where none are read. */
  private @Nullable SentenceEncoder encoder;

  private Trainer(Request request, Progress progress) {
    this.request = request;
    this.spec = request.playbook().training();
    this.past =
        new Labeller.Past(
            request.playbook(),
            request.events(),
            new TimeRange(request.from(), request.to()),
            request.erased(),
            request.people());
    this.progress = progress;
  }

  /**
   * @param from events before it are left out, epoch milliseconds
   * @param to events at it and later are left out
   * @param erased whose events up to their erasure are left out
   * @param people what they said of messages
   * @param encoders where a playbook's encoder is; null: there is none
   * @param thorough whether more models are trained, for the report: one on labels dealt at random,
   *     two on fewer events; takes about twice as long
   */
  public record Request(
      EventSource events,
      Playbook playbook,
      long from,
      long to,
      ModelRegistry registry,
      Instant now,
      ErasedUsers erased,
      PersonLabels people,
      @Nullable SentenceEncoders encoders,
      boolean thorough) {
    /** Nobody was erased, and nothing is trained beside the version. */
    public Request(
        Path events, Playbook playbook, long from, long to, ModelRegistry registry, Instant now) {
      this(
          EventSource.of(events),
          playbook,
          from,
          to,
          registry,
          now,
          ErasedUsers.none(),
          PersonLabels.none(),
          null,
          false);
    }
  }

  /**
   * @param live whether the version went live
   * @param whyFirst why it goes live as a playbook's first one; null: another one is live
   * @param slices what {@code summary} says of all rows, by slice
   * @param gates what each gate said of it
   */
  public record Result(
      String version,
      Path dir,
      boolean live,
      @Nullable String whyFirst,
      Map<String, Double> metrics,
      Map<String, String> slices,
      List<GateVerdict> gates,
      String summary,
      int rows) {
    private Result asLive() {
      return new Result(version, dir, true, whyFirst, metrics, slices, gates, summary, rows);
    }

    /** What keeps a candidate from going live. */
    public List<String> gateFailures() {
      return GateVerdict.failures(gates);
    }
  }

  /**
   * A version, which goes live when it is a playbook's first one. Whoever records that takes a
   * {@link #candidate} and promotes it.
   *
   * @throws UserFault when the events don't suffice
   * @throws ModelException when the registry can't take the version
   */
  public static Result train(Request request, Progress progress) throws ModelException {
    Result result = candidate(request, progress);
    if (result.whyFirst() == null) {
      return result;
    }
    request.registry().promoteDespiteGates(result.version());
    return result.asLive();
  }

  /** The same, which nobody is answered by yet. */
  public static Result candidate(Request request, Progress progress) throws ModelException {
    return new Trainer(request, progress).train();
  }

  /**
   * Writes the examples as CSV instead of training; returns how many.
   *
   * @throws UserFault when the events don't suffice or the file can't be written
   */
  public static int export(Request request, Path file, Progress progress) {
    List<Example> examples = new Trainer(request, progress).examples();
    try {
      ExampleFile.write(file, examples, request.playbook());
    } catch (IOException e) {
      throw new UserFault("The rows can't be written to " + file + ".", e);
    }
    return examples.size();
  }

  private Result train() throws ModelException {
    Map<Telling, String> told = new LinkedHashMap<>();
    Labeller labeller = replay(past, event -> remember(event, told));
    List<Example> examples = labeller.examples();
    List<ProfileRow> profile = labeller.profile();
    TimeSplit split = split(examples);
    encoder = encoder(examples, profile);
    Hyperparameters chosen =
        HyperparameterSearch.run(split.older(), request.playbook(), encoder, progress);
    TrainedModel evaluated = fit(split.older(), chosen, "evaluating");
    Evaluation evaluation =
        Evaluation.of(
            evaluated,
            split.older(),
            split.newer(),
            profile,
            spec.slices(),
            request.playbook().features());
    Assessment assessment =
        new Assessment(
            evaluation,
            request.thorough() ? leakage(told, chosen) : Optional.empty(),
            live(evaluated, split.newer()),
            request.thorough()
                ? Optional.of(
                    LearningCurve.of(
                        split, evaluation.all(), request.playbook(), encoder, chosen, progress))
                : Optional.empty());
    Hyperparameters latest = chosen.with(evaluated.poolingOf(split.newer()));
    TrainedModel model = fit(examples, latest, "training the version");
    progress.phase("publishing", 0);
    return publish(
        new CandidateModel(
            request.playbook(), examples, split, profile, evaluated, model, latest, assessment));
  }

  private TimeSplit split(List<Example> examples) {
    TimeSplit split = TimeSplit.of(examples, spec.testShare());
    if (split.older().isEmpty()) {
      throw new UserFault(
          ("Of no row older than the %d newest, which are held out, was the label known by then:"
                  + " events of more time are needed, or a shorter `within` than %s in training.yaml.")
              .formatted(split.newer().size(), label().within()));
    }
    return split;
  }

  private List<Example> examples() {
    return replay(past, event -> {}).examples();
  }

  private @Nullable SentenceEncoder encoder(List<Example> examples, List<ProfileRow> profile)
      throws ModelException {
    if (!request.playbook().features().hasMessage()) {
      return null;
    }
    SentenceEncoders encoders = request.encoders();
    if (encoders == null) {
      throw new UserFault("The playbook declares an encoder, and there is none here.");
    }
    List<FeatureRow> rows =
        Stream.concat(examples.stream().map(Example::row), profile.stream().map(ProfileRow::row))
            .toList();
    return EncodedMessages.of(rows, encoders.own(), progress);
  }

  /** An event that tells a label. */
  private record Telling(String userId, String eventId) {
    Telling(InteractionEvent event) {
      this(event.getUserId(), event.getEventId());
    }
  }

  private void remember(InteractionEvent event, Map<Telling, String> told) {
    if (request.thorough() && label().rule() instanceof NextValue value) {
      String label = value.told(event);
      if (label != null) {
        told.put(new Telling(event), label);
      }
    }
  }

  /** An event that an export added since the labels were told keeps its own. */
  private List<Example> withLabelsDealt(Map<Telling, String> told) {
    if (!(label().rule() instanceof NextValue value)) {
      return LeakageCheck.dealtAmong(examples());
    }
    Map<Telling, String> dealt = LeakageCheck.dealt(told);
    // what people said is true of the message, so no part in it may stay
    return Labeller.read(
            past.withoutPeople(),
            event -> {
              String label = dealt.get(new Telling(event));
              if (label != null && value.told(event) != null) {
                value.tell(event, label);
              }
            },
            progress)
        .examples();
  }

  /**
   * The whole way again, from events that tell each other's labels. Empty where too few do, such as
   * when people told most: a version isn't kept out by what can't be looked for.
   */
  private Optional<LeakageCheck> leakage(Map<Telling, String> told, Hyperparameters chosen)
      throws ModelException {
    List<Example> dealt = withLabelsDealt(told);
    if (dealt.size() < LEAST_ROWS) {
      return withoutLeakage(
          "without what people said %d rows have a label, at least %d are needed."
              .formatted(dealt.size(), LEAST_ROWS));
    }
    TimeSplit split = TimeSplit.of(dealt, spec.testShare());
    try {
      TrainedModel model = fit(split.older(), chosen, "checking for leaks");
      return Optional.of(
          LeakageCheck.of(QualityMetrics.of(model, split.older(), split.newer()), split.newer()));
    } catch (UserFault e) {
      return withoutLeakage(e.getMessage());
    }
  }

  private Optional<LeakageCheck> withoutLeakage(@Nullable String why) {
    progress.note("Leaks were not looked for: " + why);
    return Optional.empty();
  }

  private Optional<LiveComparison> live(TrainedModel candidate, List<Example> newer)
      throws ModelException {
    Optional<ModelRegistry.Live> live = request.registry().live();
    if (live.isEmpty()) {
      return Optional.empty();
    }
    try {
      ModelBundle bundle =
          ModelBundle.load(request.registry().published(live.get().version()), request.encoders());
      return bundle.manifest().remote() == null
          ? LiveComparison.of(candidate, bundle, newer, spec.gates().comparedRows())
          : Optional.empty();
    } catch (ModelException e) {
      // a new version may be what mends it
      progress.note("The live model can't be compared with: " + e.getMessage());
      return Optional.empty();
    }
  }

  private TrainingSpec.Label label() {
    return past.label();
  }

  private Labeller replay(Labeller.Past of, Consumer<InteractionEvent> first) {
    Labeller labeller = Labeller.read(of, first, progress);
    if (labeller.labelled() < LEAST_ROWS) {
      throw new UserFault(
          tooFew(labeller.labelled(), of.label(), labeller.events(), labeller.passedOver()));
    }
    return labeller;
  }

  private static String tooFew(int rows, TrainingSpec.Label label, long events, long bad) {
    return ("%d %s events followed by %s within %s were found among %d events (%d lines were none);"
            + " at least %d are needed.")
        .formatted(
            rows,
            String.join(" or ", label.moments()),
            label.rule().text(),
            label.within(),
            events,
            bad,
            LEAST_ROWS);
  }

  private TrainedModel fit(List<Example> examples, Hyperparameters chosen, String phase)
      throws ModelException {
    return TrainedModel.fit(examples, request.playbook(), encoder, chosen, phase, progress);
  }

  private Result publish(CandidateModel candidate) throws ModelException {
    ModelRegistry registry = request.registry();
    CandidateModel.Published published = candidate.publish(registry, request.now());
    Evaluation evaluation = candidate.assessment().evaluation();
    Map<String, String> slices = new LinkedHashMap<>();
    evaluation.slices().forEach((slice, of) -> slices.put(slice, of.toString()));
    return new Result(
        published.version(),
        published.dir(),
        false,
        registry.live().isEmpty() ? whyFirst(candidate.assessment()) : null,
        candidate.assessment().metrics(),
        slices,
        candidate.assessment().verdicts(spec),
        evaluation.all().toString(),
        candidate.examples().size());
  }

  private String whyFirst(Assessment assessment) {
    List<String> failures = assessment.failures(spec);
    String why = "first version: nothing to compare with";
    return failures.isEmpty() ? why : why + "; although " + String.join("; ", failures);
  }
}
