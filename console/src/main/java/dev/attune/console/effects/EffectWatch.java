package dev.attune.console.effects;

import dev.attune.console.curves.Curve;
import dev.attune.console.curves.Curves;
import dev.attune.console.curves.Gaps;
import dev.attune.console.curves.Polled;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Asks how experiments go, often while they are young, and keeps what it hears. */
@Component
class EffectWatch implements Polled {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final ResultsClient client;
  private final InstantSource clock;
  private final Curves<EffectPoint> curves;

  EffectWatch(ResultsClient client, EffectSettings settings, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    this.curves =
        Curves.in("attune.console.effects.file", settings.file(), EffectPoint.class, INTERVAL);
  }

  Optional<Curve<EffectPoint>> curve(String experiment) {
    return curves.curve(experiment);
  }

  @Override
  public String subject() {
    return "effects over time";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public void look(Gaps gaps) throws IOException, InterruptedException {
    long now = clock.instant().getEpochSecond();
    List<String> measured = new ArrayList<>(client.measured());
    boolean isWhole = isCanaryTold(measured, gaps);
    boolean isChanged = isWhole && curves.keepOnly(measured);
    for (String experiment : measured) {
      isChanged |= curves.isDue(experiment, now) && isAdded(experiment, now, gaps);
    }
    if (isChanged) {
      curves.save();
    }
  }

  /** No experiment of the list, but compared like one while a version is the canary. */
  private boolean isCanaryTold(List<String> measured, Gaps gaps) throws InterruptedException {
    try {
      client.canary().ifPresent(measured::add);
      return true;
    } catch (IOException e) {
      gaps.add("the canary's effect", e);
      return false;
    }
  }

  /** Whether there is a point more. An experiment that can't be told holds no other back. */
  private boolean isAdded(String experiment, long now, Gaps gaps) throws InterruptedException {
    try {
      Optional<EffectPoint> point = client.goal(experiment, now);
      point.ifPresent(known -> curves.add(experiment, known));
      return point.isPresent();
    } catch (IOException e) {
      gaps.add("the effect of " + experiment, e);
      return false;
    }
  }
}
