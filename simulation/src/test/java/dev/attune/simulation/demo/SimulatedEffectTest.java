package dev.attune.simulation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.Analysis;
import dev.attune.core.experiment.measure.Covariates;
import dev.attune.core.experiment.measure.ExperimentReport;
import dev.attune.core.experiment.measure.ResultSums;
import dev.attune.core.experiment.measure.UserExposures;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.client.BotReply;
import dev.attune.local.infra.Checkout;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.simulation.Customer;
import dev.attune.simulation.Outcome;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.Visit;
import dev.attune.simulation.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The demo's customers, visits and playbook, headless: no servers and a model that is right as
 * often as said. Arms, exposures, sums and intervals are made by the code that makes them in the
 * services.
 */
class SimulatedEffectTest {
  private static final Path SUPPORT = Checkout.find().root().resolve("playbooks/support");
  private static final SimulationSpec SPEC = SimulationSpec.load(SUPPORT);
  private static final Playbook PLAYBOOK = Playbook.load(SUPPORT);
  private static final String EXPERIMENT = "personalized-greeting";
  private static final String METRIC = "settled-by-bot";
  private static final double ACCURACY = 0.7;
  private static final int CUSTOMERS = 500;
  private static final int SEEDS = 20;
  private static final int WANTED = 18;
  private static final long START = 1_750_000_000_000L;

  @Test
  void intervalsContainTheSimulatorsTrueValue() {
    int onStream = 0;
    int inSummary = 0;
    int clear = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var shop = new Shop(seed);
      shop.open();
      var compared = shop.report().comparisons().getFirst();
      onStream += compared.interval().contains(truth()) ? 1 : 0;
      clear += compared.interval().excludesZero() ? 1 : 0;
      var shown = ArmComparison.of(shop.outcomes).orElseThrow().difference().orElseThrow();
      inSummary += shown.interval().contains(truth()) ? 1 : 0;
    }
    assertThat(onStream).isGreaterThanOrEqualTo(WANTED);
    assertThat(inSummary).isGreaterThanOrEqualTo(WANTED);
    assertThat(clear).as("intervals that show the effect at all").isGreaterThanOrEqualTo(15);
  }

  private static double truth() {
    var shares = new TrueEffect.Shares(ACCURACY, 1 - ACCURACY);
    return new TrueEffect(SPEC).of(shares, shares);
  }

  /** What the demo's summary compares its interval with: the shares as they were in the run. */
  @Test
  void theTruthAtTheFitsCountedIsTheTruth() {
    var greetings = new ReplyFits();
    var answers = new ReplyFits();
    for (int seed = 0; seed < 5; seed++) {
      var shop =
          new Shop(seed) {
            @Override
            public void greeted(String intent, BotReply reply) {
              greetings.add(intent, reply);
            }

            @Override
            public void said(Customer customer, String intent, String message, BotReply reply) {
              answers.add(intent, reply);
            }
          };
      shop.open();
    }

    double counted = new TrueEffect(SPEC).of(greetings.shares(), answers.shares());
    assertThat(counted).isCloseTo(truth(), within(0.04));
    assertThat(counted).isPositive();
  }

  /** A day of one visit a customer. */
  private static class Shop implements World {
    private final int seed;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final ResultSums sums = new ResultSums(EXPERIMENT);
    private final Experiments experiments = PLAYBOOK.experiments();
    private final Covariates covariates = new Covariates(PLAYBOOK.features());
    private UserExposures book = new UserExposures();
    private long clock = START;
    private int ids;

    Shop(int seed) {
      this.seed = seed;
    }

    void open() {
      for (int number = 0; number < CUSTOMERS; number++) {
        book = new UserExposures();
        clock = START;
        outcomes.add(new Visit(SPEC, new Customer(SPEC, seed, number, seed + "-"), this).run());
        var due = book.close(experiments, START + Duration.ofDays(30).toMillis());
        due.closed().stream()
            .filter(closed -> closed.experiment().equals(EXPERIMENT))
            .forEach(sums::add);
      }
    }

    ExperimentReport.MetricReport report() {
      var analysis =
          new Analysis(
              EXPERIMENT,
              experiments.arms(EXPERIMENT),
              experiments.plan(EXPERIMENT),
              sums,
              START + Duration.ofDays(30).toMillis());
      return analysis.report().metrics().stream()
          .filter(metric -> metric.metric().equals(METRIC))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public BotReply ask(Customer customer, String sessionId, String slot, boolean knowing) {
      Assignment arm = experiments.assign(customer.userId(), slot, _ -> null).orElse(null);
      boolean personal = arm == null || arm.personalize();
      boolean right = customer.chance().nextDouble() < ACCURACY;
      Decision decision = decision(customer, sessionId, slot, arm, personal);
      book.decided(experiments, covariates, decision)
          .forEach(
              first -> {
                if (first.experiment().equals(EXPERIMENT)) {
                  sums.add(first);
                }
              });
      return new BotReply(
          decision.getDecisionId(),
          "",
          personal ? List.of("yes") : List.of(),
          personal,
          decision.getReason(),
          arm == null ? null : arm.experiment(),
          arm == null ? null : arm.variant(),
          new BotReply.Prediction(
              right ? Objects.requireNonNull(customer.lastIntent()) : "something else", 1, true));
    }

    private Decision decision(
        Customer customer,
        String sessionId,
        String slot,
        @org.jspecify.annotations.Nullable Assignment arm,
        boolean personal) {
      return Decision.newBuilder()
          .setDecisionId("d-" + ids++)
          .setUserId(customer.userId())
          .setSessionId(sessionId)
          .setSlot(slot)
          .setDecidedAt(++clock)
          .setPersonalized(personal)
          .setReason(personal ? "rule:any" : "control_group")
          .setTemplateId("t")
          .setText("t")
          .setExperiment(arm == null ? null : arm.experiment())
          .setVariant(arm == null ? null : arm.variant())
          .setArmWeights(arm == null ? List.of() : arm.weights())
          .build();
    }

    @Override
    public long now() {
      return ++clock;
    }

    @Override
    public String nextEventId() {
      return seed + "-" + ids++;
    }

    @Override
    public void happens(InteractionEvent event) {
      book.observe(experiments, event);
    }

    @Override
    public void pass(double seconds) {
      clock += Math.round(seconds * 1_000);
    }
  }
}
