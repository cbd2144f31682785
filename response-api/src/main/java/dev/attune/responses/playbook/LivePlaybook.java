package dev.attune.responses.playbook;

import dev.attune.core.experiment.ExperimentOverride;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.FeatureNames;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problem;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.StoredPrediction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Features, replies and experiments as the folder says now. A changed folder is read whole; only a
 * playbook without a single error takes over, and a broken one changes nothing but a log line, a
 * meter and the health's detail.
 *
 * <p>A playbook speaks to users whose vector its own features made. So one with other features
 * takes over user by user, as feature-streams switches to them, and until then the ones before
 * ({@value #MOST} are kept) go on with the vectors that they understand: no rule ever reads a
 * number that was counted in another way than it was written for.
 *
 * <p>The folder is looked at once a second: mounted volumes and config maps don't tell of changes.
 */
@Component
public class LivePlaybook extends BackgroundThread implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LivePlaybook.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Features that change more often than users come back are somebody trying things out. */
  static final int MOST = 4;

  private final Playbook started;
  private final ReplySettings settings;
  private final Counter refused;

  /** Of each feature set one, the newest first. */
  private volatile List<InForce> inForce;

  /** What people changed of experiments by hand; it holds whatever the folder says. */
  private Map<String, ExperimentOverride> changes = Map.of();

  /** The errors of what the folder holds; empty while it is in force. */
  private volatile List<String> errors = List.of();

  private String seen;

  private record InForce(Playbook playbook, Experiments experiments, ReplyEngine engine) {
    boolean understands(FeatureVector vector) {
      return vector.getFeatureSetId().equals(playbook.features().id());
    }
  }

  public LivePlaybook(Playbook started, ReplySettings settings, MeterRegistry meters) {
    super("playbook");
    this.started = started;
    this.settings = settings;
    this.inForce = List.of(inForce(started));
    this.seen = fingerprint(started.dir());
    this.refused = Counter.builder("attune.playbook.refused").register(meters);
    Gauge.builder("attune.playbook.pending", this, p -> p.isBehind() ? 1 : 0).register(meters);
    warn(started);
  }

  public ReplyEngine engine() {
    return inForce.getFirst().engine();
  }

  /** The one that understands the user's vector; the newest when none does or nothing is known. */
  public ReplyEngine engineFor(PredictionLookup answer) {
    return answer instanceof PredictionLookup.Held(StoredPrediction held)
        ? by(held.getVector()).engine()
        : engine();
  }

  /** A vector by its features' names; empty when none of the kept ones made it. */
  public Map<String, @Nullable Object> named(FeatureVector vector) {
    return FeatureNames.of(vector, by(vector).playbook().features());
  }

  private InForce by(FeatureVector vector) {
    List<InForce> all = inForce;
    for (InForce one : all) {
      if (one.understands(vector)) {
        return one;
      }
    }
    return all.getFirst();
  }

  /** As they run: what the folder says, with changes by hand laid over it. */
  public Experiments experiments() {
    return inForce.getFirst().experiments();
  }

  /** As the folder says. */
  public Experiments declaredExperiments() {
    return inForce().experiments();
  }

  /** What the newest one learns. */
  public TrainingSpec training() {
    return inForce().training();
  }

  /** Lays changes by hand over the folder's experiments, in place of those before. */
  public synchronized void change(Map<String, ExperimentOverride> byExperiment) {
    changes = Map.copyOf(byExperiment);
    inForce = inForce.stream().map(one -> inForce(one.playbook())).toList();
  }

  /** The newest one. */
  Playbook inForce() {
    return inForce.getFirst().playbook();
  }

  /** True while the folder holds something that was refused. */
  boolean isBehind() {
    return !errors.isEmpty();
  }

  /** Why what the folder holds was refused, each error with its file, line and column. */
  List<String> errors() {
    return errors;
  }

  /** What is hardly meant in the playbook in force. */
  List<String> warnings() {
    return inForce().warnings().stream().map(Problem::toString).toList();
  }

  /** Takes over the folder if it has changed since the last look and is whole. */
  void look() {
    String now = fingerprint(started.dir());
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      Playbook changed = Playbook.load(started.dir());
      takeOver(changed);
      errors = List.of();
      log.info("The changed playbook {} is in force", changed.name());
      warn(changed);
    } catch (PlaybookException e) {
      refuse(String.valueOf(e.getMessage()).lines().toList());
    } catch (RuntimeException | StackOverflowError e) {
      // whatever a file holds, the next look must come
      log.warn("The changed playbook could not be read", e);
      refuse(List.of(started.dir() + ": can't be read; the log tells more"));
    }
  }

  private synchronized void takeOver(Playbook changed) {
    String features = changed.features().id();
    Stream<InForce> before =
        inForce.stream().filter(one -> !one.playbook().features().id().equals(features));
    inForce = Stream.concat(Stream.of(inForce(changed)), before).limit(MOST).toList();
  }

  private void refuse(List<String> why) {
    errors = why;
    refused.increment();
    log.warn(
        "{}\nThe changed playbook is refused; the one before stays in force",
        String.join("\n", why));
  }

  private static void warn(Playbook playbook) {
    playbook.warnings().forEach(warning -> log.warn("{}", warning));
  }

  private InForce inForce(Playbook playbook) {
    Experiments experiments = playbook.experiments().under(changes);
    return new InForce(
        playbook,
        experiments,
        new ReplyEngine(playbook.replies(), experiments, playbook.features(), settings.maxAge()));
  }

  /** Names, sizes and times of the folder's files. */
  private static String fingerprint(Path folder) {
    var files = new TreeMap<String, String>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        files.put(
            file.getFileName().toString(),
            Files.size(file) + "@" + Files.getLastModifiedTime(file).toMillis());
      }
      return files.toString();
    } catch (IOException | UncheckedIOException e) {
      // being replaced right now: the next look tells
      return "unreadable";
    }
  }

  @Override
  protected void run() {
    while (!pause(LOOK)) {
      look();
    }
  }
}
