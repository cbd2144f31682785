package dev.attune.core.experiment;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A playbook's {@code experiments.yaml}. A user takes part in at most one experiment a slot: the
 * first that takes him. Whoever is held out takes part in none and gets generic replies, so that
 * the worth of all of it together can be told. Testers, whom an experiment's {@code force} names,
 * see the arm named there before all this, and count nowhere.
 */
public final class Experiments {
  /** The name under which the held-out show in decisions. */
  public static final String HOLDOUT = "holdout";

  /** Everybody who is not held out, as the holdout's other arm. */
  public static final String REST = "rest";

  /** Reasons of replies that are generic in every arm. */
  private static final Set<String> ALIKE_IN_ALL_ARMS =
      Set.of("store_unavailable", "no_prediction", "stale", "log_full");

  private static final Experiments NONE =
      new Experiments(
          List.of(),
          null,
          AnalysisPlan.NONE,
          new CanaryComparison(AnalysisPlan.NONE),
          Duration.ZERO);

  private final List<Experiment> declared;
  private final List<Experiment> running;
  private final @Nullable Holdout holdout;
  private final AnalysisPlan holdoutPlan;
  private final CanaryComparison canary;
  private final Duration settle;
  private final List<String> measured;
  private final List<Metric> metrics;
  private final Set<String> testers;

  Experiments(
      List<Experiment> declared,
      @Nullable Holdout holdout,
      AnalysisPlan holdoutPlan,
      CanaryComparison canary,
      Duration settle) {
    this.declared = List.copyOf(declared);
    this.running = declared.stream().filter(Experiment::active).toList();
    this.holdout = holdout;
    this.holdoutPlan = holdoutPlan;
    this.canary = canary;
    this.settle = settle;
    this.measured = ids().stream().filter(id -> !plan(id).measured().isEmpty()).toList();
    this.metrics =
        Stream.concat(measured.stream().map(this::plan), Stream.of(canary.plan()))
            .flatMap(plan -> plan.metrics().stream())
            .distinct()
            .toList();
    this.testers =
        declared.stream()
            .flatMap(experiment -> experiment.forced().keySet().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Who gets generic replies for good. */
  record Holdout(Experiment.Filter filter, double share) {}

  /**
   * Whether the arms could differ in a reply. Where they couldn't, nobody is exposed by it. That is
   * found before the arm is looked at, so each arm leaves out the same.
   */
  public static boolean armsCouldDiffer(Decision decision) {
    return !ALIKE_IN_ALL_ARMS.contains(decision.getReason());
  }

  public static Experiments none() {
    return NONE;
  }

  /**
   * Reads and checks the file whole; what is wrong is reported at its line.
   *
   * @param slots the playbook's slots
   * @param expressions compiles targeting, over the same names as reply rules
   * @param features whose numbers can be covariates
   * @param sessionGap the silence that ends a session, by which a user's return is told
   */
  public static Experiments parse(
      YamlNode root,
      Collection<String> slots,
      Expressions expressions,
      FeatureSet features,
      Duration sessionGap) {
    return root.isMissing()
        ? NONE
        : new ExperimentsReader(slots, expressions, features, sessionGap).read(root);
  }

  /**
   * The arms of each experiment that the file declares, running or not, the holdout included. For
   * conditions that name them; faults are left to {@link #parse}.
   */
  public static Map<String, List<String>> declaredArms(YamlNode root) {
    Map<String, List<String>> arms = new LinkedHashMap<>();
    for (YamlNode item : root.get("experiments").items()) {
      List<YamlNode> variants = item.get("variants").items();
      arms.put(
          item.get("id").textOr(""),
          variants.stream().map(variant -> variant.get("name").textOr("")).toList());
    }
    if (root.has("holdout")) {
      arms.put(HOLDOUT, List.of(HOLDOUT));
    }
    return arms;
  }

  /** The same with changes by hand laid over it, by experiment; others are passed over. */
  public Experiments under(Map<String, ExperimentOverride> changes) {
    return new Experiments(
        declared.stream()
            .map(e -> e.under(changes.getOrDefault(e.id(), ExperimentOverride.NONE)))
            .toList(),
        holdout,
        holdoutPlan,
        canary,
        settle);
  }

  /**
   * The same with the experiment that a decision names running, as it did then: it may have been
   * started by hand. Of one that was stopped by hand then, a decision says nothing.
   */
  public Experiments asOf(Decision decision) {
    String ran = decision.getExperiment();
    return ran == null ? this : under(Map.of(ran, new ExperimentOverride(true, Map.of())));
  }

  public List<Experiment> running() {
    return running;
  }

  /** The experiment of that id, running or not. */
  public Optional<Experiment> find(String id) {
    return declared.stream().filter(experiment -> experiment.id().equals(id)).findFirst();
  }

  /** How long after its window a metric waits for late events. */
  public Duration settle() {
    return settle;
  }

  /** How an experiment is judged, running or not; nothing is measured of an unknown one. */
  public AnalysisPlan plan(String experiment) {
    if (CanaryComparison.isOne(experiment)) {
      return canary.plan();
    }
    return experiment.equals(HOLDOUT)
        ? holdoutPlan
        : find(experiment).map(Experiment::plan).orElse(AnalysisPlan.NONE);
  }

  /** The arms of an experiment in declared order, its control first; empty: there is none. */
  public List<String> arms(String experiment) {
    if (CanaryComparison.isOne(experiment)) {
      return canary.plan().measured().isEmpty() ? List.of() : CanaryComparison.ARMS;
    }
    if (experiment.equals(HOLDOUT)) {
      return holdout == null ? List.of() : List.of(HOLDOUT, REST);
    }
    return find(experiment).map(Experiment::arms).orElse(List.of());
  }

  /**
   * Ids of all that can be judged, the holdout and what is stopped included; canaries come and go,
   * so they aren't.
   */
  public List<String> ids() {
    Stream<String> ids = declared.stream().map(Experiment::id);
    return (holdout == null ? ids : Stream.concat(ids, Stream.of(HOLDOUT))).toList();
  }

  /** Ids of all that have a metric. */
  List<String> measured() {
    return measured;
  }

  /** Whether nobody ever takes part in anything. */
  public boolean isEmpty() {
    return ids().isEmpty() && metrics.isEmpty();
  }

  /**
   * Whether a user of these experiments may yet enter another one that is measured. One that is
   * stopped is waited for, since it may be started by hand, which only replies know. Canaries are
   * not waited for: there is none most of the time, and each event of everybody would be kept for
   * it.
   */
  public boolean mayTakeIntoMore(Set<String> entered) {
    return !entered.containsAll(measured);
  }

  /** The metrics of all of them, each once. */
  public List<Metric> metrics() {
    return metrics;
  }

  /**
   * What a decision counts for: the experiment it names, the holdout, and the canary. Whether that
   * experiment ran, the decision knows best. Testers count for nothing: what they see is no chance.
   */
  public List<Enrolment> enrolments(Decision decision) {
    if (testers.contains(decision.getUserId())) {
      return List.of();
    }
    List<Enrolment> enrolments = new ArrayList<>(3);
    String id = decision.getExperiment();
    String variant = decision.getVariant();
    if (id != null && variant != null && arms(id).contains(variant) && !id.equals(HOLDOUT)) {
      find(id)
          .map(e -> enrolment(id, variant, decision.getArmWeights(), e.plan()))
          .ifPresent(enrolments::add);
    }
    if (holdout != null && !holdoutPlan.measured().isEmpty()) {
      boolean out = HOLDOUT.equals(id);
      List<Double> weights = List.of(holdout.share(), 1 - holdout.share());
      enrolments.add(enrolment(HOLDOUT, out ? HOLDOUT : REST, weights, holdoutPlan));
    }
    canary
        .enrolment(decision)
        .filter(enrolment -> repliesDependOnTheModel(id, variant))
        .ifPresent(enrolments::add);
    return enrolments;
  }

  /**
   * The arms that a reply's user is in, as {@code experiment/variant}, the holdout's among them.
   * None where the arms couldn't differ.
   */
  public List<String> armsOf(Decision decision) {
    return armsCouldDiffer(decision)
        ? enrolments(decision).stream()
            .filter(one -> ids().contains(one.experiment())) // a canary compares models, not arms
            .map(one -> one.experiment() + "/" + one.variant())
            .toList()
        : List.of();
  }

  /** Whoever gets generic replies only, whatever a model says, tells nothing of it. */
  private boolean repliesDependOnTheModel(@Nullable String id, @Nullable String variant) {
    return id == null
        || (!id.equals(HOLDOUT)
            && find(id).stream()
                .flatMap(experiment -> experiment.variants().stream())
                .noneMatch(arm -> arm.name().equals(variant) && !arm.personalize()));
  }

  private Enrolment enrolment(String id, String variant, List<Double> weights, AnalysisPlan plan) {
    List<String> arms = arms(id);
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    boolean told = weights.size() == arms.size() && total > 0;
    double share = told ? weights.get(arms.indexOf(variant)) / total : 0;
    return new Enrolment(id, variant, weights, share, plan);
  }

  public Optional<Assignment> assign(String userId, String slot, Scope scope) {
    return assign(userId, slot, scope, AssignmentContext.NONE);
  }

  /**
   * The arm of a user who asks in a slot; empty when no experiment takes him.
   *
   * @param arms what is known beyond the playbook: arms seen before, and a bandit's weights
   */
  public Optional<Assignment> assign(
      String userId, String slot, Scope scope, AssignmentContext arms) {
    if (testers.contains(userId)) {
      Optional<Assignment> forced =
          first(e -> e.forced().containsKey(userId), userId, slot, scope, arms);
      if (forced.isPresent()) {
        return forced;
      }
    }
    if (holdout != null && holdout.filter().holds(userId)) {
      return Optional.of(
          new Assignment(HOLDOUT, HOLDOUT, false, List.of(holdout.share(), 1 - holdout.share())));
    }
    return first(_ -> true, userId, slot, scope, arms);
  }

  /** The arm of the first running experiment in the slot that takes the user. */
  private Optional<Assignment> first(
      Predicate<Experiment> among,
      String userId,
      String slot,
      Scope scope,
      AssignmentContext arms) {
    for (Experiment experiment : running) {
      if (experiment.appliesTo(slot) && among.test(experiment)) {
        Optional<Assignment> arm = experiment.assign(userId, scope, arms);
        if (arm.isPresent()) {
          return arm;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The arm of one experiment that a user who asks in a slot has, by the same rules as {@link
   * #assign(String, String, Scope, AssignmentContext)}; or why there is none.
   *
   * @param experiment one of these that applies to the slot
   */
  public ArmLookup arm(
      Experiment experiment, String userId, String slot, Scope scope, AssignmentContext arms) {
    if (!experiment.active()) {
      return new ArmLookup.Stopped();
    }
    Optional<Assignment> given = assign(userId, slot, scope, arms);
    String by = given.map(Assignment::experiment).orElse("");
    if (given.isPresent() && by.equals(experiment.id())) {
      return new ArmLookup.Has(given.get().variant());
    }
    if (by.equals(HOLDOUT)) {
      return new ArmLookup.HeldOut();
    }
    return experiment.assign(userId, scope, arms).isPresent()
        ? new ArmLookup.Taken(by)
        : experiment.refusal(userId, scope, arms);
  }
}
