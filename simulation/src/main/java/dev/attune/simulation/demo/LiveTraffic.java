package dev.attune.simulation.demo;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.simulation.Customer;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Customers who visit the shop one after the other, so many at once that the events reach the rate,
 * until the time is over; visits under way are then brought to their end.
 */
final class LiveTraffic {
  // what one customer makes a second, think time included. With more customers at once than the
  // rate needs each would wait for the pacer, and be slower than those that the model learned from
  static final double EVENTS_PER_TALKING_CUSTOMER = 1.85;

  private static final Duration BETWEEN_PAIRS = Duration.ofSeconds(6);

  private final SimulationSpec spec;
  private final StackSettings settings;
  private final Plan plan;
  private final DemoCounts counts;

  /** How much traffic. */
  record Plan(int users, double rate, Duration time, long seed) {}

  LiveTraffic(SimulationSpec spec, StackSettings settings, Plan plan, DemoCounts counts) {
    this.spec = spec;
    this.settings = settings;
    this.plan = plan;
    this.counts = counts;
  }

  /** Runs to the end; the first failure of any customer ends it. */
  void run() throws InterruptedException {
    try (var gateway = new GatewayClient(settings.gatewayUrl(), LocalKeys.SECRET);
        var responses = new ResponsesClient(settings.responsesUrl(), LocalKeys.SECRET);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var world = new LiveWorld(gateway, responses, new Pacer(plan.rate()), counts, threads);
      long end = System.nanoTime() + plan.time().toNanos();
      List<Future<?>> talks = start(threads, world, end);
      talks.add(threads.submit(() -> contrast(new ContrastPlay(spec, gateway, responses), end)));
      hurryAt(end, world, talks);
      await(talks, threads);
    }
  }

  private List<Future<?>> start(ExecutorService threads, LiveWorld world, long end) {
    BlockingQueue<Customer> waiting = new LinkedBlockingQueue<>();
    for (int number = 0; number < plan.users(); number++) {
      waiting.add(new Customer(spec, plan.seed(), number, "customer-"));
    }
    int talking =
        Math.clamp(Math.round(plan.rate() / EVENTS_PER_TALKING_CUSTOMER), 1, plan.users());
    List<Future<?>> talks = new ArrayList<>();
    for (int i = 0; i < talking; i++) {
      talks.add(threads.submit(() -> serve(waiting, world, end)));
    }
    return talks;
  }

  private void serve(BlockingQueue<Customer> waiting, LiveWorld world, long end) {
    while (System.nanoTime() < end) {
      Customer customer = waiting.poll();
      if (customer == null) {
        return;
      }
      counts.talking.incrementAndGet();
      try {
        counts.ended(new Visit(spec, customer, world).run());
      } finally {
        counts.talking.decrementAndGet();
      }
      waiting.add(customer);
    }
  }

  private void contrast(ContrastPlay play, long end) {
    while (System.nanoTime() < end) {
      Contrast pair = play.next();
      if (pair != null) {
        counts.contrasted(pair);
      }
      LockSupport.parkNanos(BETWEEN_PAIRS.toNanos());
    }
  }

  private static void hurryAt(long end, LiveWorld world, List<Future<?>> talks)
      throws InterruptedException {
    while (System.nanoTime() < end && talks.stream().noneMatch(LiveTraffic::failed)) {
      Thread.sleep(100);
    }
    world.hurry();
  }

  private static boolean failed(Future<?> talk) {
    return talk.state() == Future.State.FAILED;
  }

  private static void await(List<Future<?>> talks, ExecutorService threads)
      throws InterruptedException {
    try {
      for (Future<?> talk : talks) {
        talk.get();
      }
    } catch (ExecutionException e) {
      threads.shutdownNow();
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
