package dev.attune.console.effects;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
  private boolean isAway;

  EffectWatch(ResultsClient client, EffectSettings settings, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    this.history = EffectHistory.in(settings.file());
  }

  Optional<EffectCurve> curve(String experiment) {
    return history.curve(experiment);
  }

  private void look() {
    try {
      long now = clock.instant().getEpochSecond();
      List<String> measured = client.measured();
      boolean isChanged = history.keepOnly(measured);
      for (String experiment : measured) {
        if (history.isDue(experiment, now)) {
          Optional<EffectPoint> point = client.goal(experiment, now);
          point.ifPresent(found -> history.add(experiment, found));
          isChanged |= point.isPresent();
        }
      }
      if (isChanged) {
        history.save();
      }
      isAway = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | UncheckedIOException e) {
      if (!isAway) {
        log.warn("effects over time have a gap: {}", e.toString());
      }
      isAway = true;
    } catch (RuntimeException e) {
      // a schedule ends at the first failure
      log.warn("effects over time have a gap", e);
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
