package dev.attune.console.effects;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Asks how experiments go, often while they are young, and keeps what it hears. */
@Component
class EffectWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(EffectWatch.class);

  private final ResultsClient client;
  private final InstantSource clock;
  private final EffectHistory history;
  private @Nullable ScheduledExecutorService looks;

  /** What could not be told at the last look, so that it is logged once. */
  private Set<String> gaps = Set.of();

  EffectWatch(ResultsClient client, EffectSettings settings, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    this.history = EffectHistory.in(settings.file());
  }

  Optional<EffectCurve> curve(String experiment) {
    return history.curve(experiment);
  }

  private void look() {
    var found = new HashSet<String>();
    try {
      long now = clock.instant().getEpochSecond();
      List<String> measured = client.measured();
      boolean isChanged = history.keepOnly(measured);
      for (String experiment : measured) {
        isChanged |= history.isDue(experiment, now) && isAdded(experiment, now, found);
      }
      if (isChanged) {
        history.save();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      // a schedule ends at the first failure
      gap("effects over time", e, found);
    }
    gaps = found;
  }

  /** Whether there is a point more. An experiment that can't be told holds no other back. */
  private boolean isAdded(String experiment, long now, Set<String> found)
      throws InterruptedException {
    try {
      Optional<EffectPoint> point = client.goal(experiment, now);
      point.ifPresent(known -> history.add(experiment, known));
      return point.isPresent();
    } catch (IOException e) {
      gap("the effect of " + experiment, e, found);
      return false;
    }
  }

  private void gap(String what, Exception e, Set<String> found) {
    if (found.add(what) && !gaps.contains(what)) {
      log.warn("{} can't be told: {}", what, e.toString());
    }
  }

  @Override
  public void start() {
    ScheduledExecutorService begun =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("effects").factory());
    looks = begun;
    var unused =
        begun.scheduleWithFixedDelay(
            this::look,
            EffectCurve.FIRST_STEP_SECONDS,
            EffectCurve.FIRST_STEP_SECONDS,
            TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    ScheduledExecutorService running = looks;
    looks = null;
    if (running != null) {
      running.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return looks != null;
  }
}
