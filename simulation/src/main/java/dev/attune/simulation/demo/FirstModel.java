package dev.attune.simulation.demo;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Sees that a model is live: if none is, one is trained on a simulated past. */
public final class FirstModel {
  private static final Duration LIVE_TIMEOUT = Duration.ofSeconds(60);

  private final Terminal screen;
  private final StackSettings settings;
  private final SimulationSpec spec;
  private final Consumer<Path> training;

  /**
   * @param training makes a model version of a file of events
   */
  public FirstModel(
      Terminal screen, StackSettings settings, SimulationSpec spec, Consumer<Path> training) {
    this.screen = screen;
    this.settings = settings;
    this.spec = spec;
    this.training = training;
  }

  public void ensure(long seed) throws InterruptedException {
    if (!isFittingLive(settings)) {
      train(registry(settings, Playbook.load(settings.playbook())), seed);
    }
    awaitServed();
  }

  /** Whether a model is live that the playbook's features and segments fit. */
  public static boolean isFittingLive(StackSettings settings) {
    Playbook playbook = Playbook.load(settings.playbook());
    return fits(registry(settings, playbook), playbook);
  }

  private static ModelRegistry registry(StackSettings settings, Playbook playbook) {
    return new ModelRegistry(settings.models().resolve(playbook.name()));
  }

  // a model of other features or segments would be refused by the inference service
  private static boolean fits(ModelRegistry registry, Playbook playbook) {
    try {
      Optional<ModelRegistry.Live> live = registry.live();
      return live.isPresent()
          && ModelBundle.load(registry.published(live.get().version()))
              .manifest()
              .fits(playbook.features().id(), playbook.segments().definitions());
    } catch (ModelException e) {
      return false;
    }
  }

  private void train(ModelRegistry registry, long seed) {
    Path past = settings.home().resolve("demo").resolve("past.jsonl");
    int events = PastWorld.write(spec, seed, Instant.now(), past);
    screen.line(
        "No model is live: training one on %,d simulated events (%s).".formatted(events, past));
    Optional<String> before = liveVersion(registry);
    training.accept(past);
    if (liveVersion(registry).equals(before)) {
      promoteNewest(registry);
    }
    screen.line("");
  }

  private static Optional<String> liveVersion(ModelRegistry registry) {
    try {
      return registry.live().map(ModelRegistry.Live::version);
    } catch (ModelException e) {
      return Optional.empty();
    }
  }

  private void promoteNewest(ModelRegistry registry) {
    try {
      String version = registry.versions().getLast().version();
      screen.line(version + " goes live without its gates being asked: a demo needs a model.");
      registry.promoteDespiteGates(version);
    } catch (ModelException e) {
      throw new ServerException("The trained model could not be promoted: " + e.getMessage(), e);
    }
  }

  private void awaitServed() throws InterruptedException {
    URI ready = URI.create(settings.inferenceUrl() + "/v2/models/intent/ready");
    long deadline = System.nanoTime() + LIVE_TIMEOUT.toNanos();
    while (HttpProbe.status(ready) != 200) {
      if (System.nanoTime() > deadline) {
        throw new ServerException(
            "inference serves no model after %d s; see ./attune logs inference."
                .formatted(LIVE_TIMEOUT.toSeconds()));
      }
      Thread.sleep(100);
    }
  }
}
