package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;
import static dev.attune.chaos.stack.ChaosStack.second;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Balancer;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.load.ReplyCounts;
import dev.attune.chaos.load.RequestCounts;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every service is restarted under load. Those with an API and feature-streams get a second
 * instance, which takes over while the first is restarted; inference-service, which no client talks
 * to, is stopped and started. A balancer sends nothing to an instance a second before it is asked
 * to end, as one in front of it does. Both instances are of one version: what an older one reads
 * and writes is what the compatibility tests are for.
 */
public final class RollingRestart implements Scenario {
  private static final int ROUNDS = 2;
  private static final int BETWEEN = 500;
  private static final Duration DRAIN = Duration.ofSeconds(1);
  private static final double MOST_ERRORS = 0.001;

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "all services restarted in turn, twice: 0 lost, 0 twice, errors < 0.1 % (line 8)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    int rounds = chaos.times(ROUNDS);
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.MANY_REQUESTS)) {
      load.awaitAccepted(BETWEEN);
      for (int round = 1; round <= rounds; round++) {
        chaos.say("restarting every service, round %d of %d", round, rounds);
        behind(load.gateways(), chaos, stack, load, Part.GATEWAY);
        inPlace(chaos, stack, load, Part.INFERENCE);
        handedOver(chaos, stack, load);
        behind(load.responses(), chaos, stack, load, Part.RESPONSES);
      }
      ReplyCounts replies = load.takeReplies();
      List<Check> checks = new ArrayList<>();
      checks.add(fewErrors(load.attempts(), replies));
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }

  /** A second instance serves while the first is restarted. */
  private static void behind(
      Balancer balancer, ChaosRun chaos, ChaosStack stack, Load load, Part part) throws Exception {
    stack.up(second(part));
    balancer.add(stack.url(second(part)));
    load.awaitAccepted(BETWEEN);
    out(balancer, stack, load, first(part));
    stack.up(first(part));
    balancer.add(stack.url(first(part)));
    chaos.say("%s restarted", part.id());
    load.awaitAccepted(BETWEEN);
    out(balancer, stack, load, second(part));
  }

  private static void out(
      Balancer balancer, ChaosStack stack, Load load, ChaosStack.Instance instance)
      throws InterruptedException {
    balancer.remove(stack.url(instance));
    load.run(DRAIN);
    stack.stop(instance);
  }

  private static void inPlace(ChaosRun chaos, ChaosStack stack, Load load, Part part)
      throws InterruptedException {
    stack.stop(first(part));
    stack.up(first(part));
    chaos.say("%s restarted", part.id());
    load.awaitAccepted(BETWEEN);
  }

  /** The second instance takes over the first one's tasks, and gives them back. */
  private static void handedOver(ChaosRun chaos, ChaosStack stack, Load load)
      throws InterruptedException {
    stack.up(second(Part.STREAMS));
    load.awaitAccepted(BETWEEN);
    inPlace(chaos, stack, load, Part.STREAMS);
    stack.stop(second(Part.STREAMS));
    load.awaitAccepted(BETWEEN);
  }

  private static Check fewErrors(RequestCounts attempts, ReplyCounts replies) {
    long all = attempts.all() + replies.all();
    long failed = attempts.unavailable() + attempts.broken() + attempts.refused();
    double share = (failed + replies.failures()) / (double) all;
    return new Check(
        "fewer than 0.1 % of the requests fail",
        "%,d requests, %,d to the gateway and %,d for replies failed: %.3f %%"
            .formatted(all, failed, replies.failures(), 100 * share),
        share < MOST_ERRORS);
  }
}
