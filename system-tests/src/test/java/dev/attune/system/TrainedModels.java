package dev.attune.system;

import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.encoder.LocalEncoders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.StackSettings;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The models that stacks begin with, each trained on a small simulated past. Stacks whose playbooks
 * say the same get copies of one, since training takes longer than a copy.
 */
final class TrainedModels {
  private static final long SEED = 20260102;

  /** A folder with the model and the past that it was trained on, by what is in the playbook. */
  private static final Map<List<String>, Path> TRAINED = new HashMap<>();

  private TrainedModels() {}

  /** Makes a version for a stack's playbook as it is now; live only if it is the first. */
  static Trainer.Result train(StackSettings settings) throws ModelException {
    Path past = past(settings);
    PastWorld.write(SimulationSpec.load(settings.playbook()), SEED, Instant.now(), past);
    Playbook playbook = Playbook.load(settings.playbook());
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(past),
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry(settings, playbook),
            Instant.now(),
            ErasedUsers.none(),
            PersonLabels.none(),
            new LocalEncoders(null, 1),
            false),
        Progress.SILENT);
  }

  /** Publishes a model that serves in a stack with these settings. */
  static synchronized void publish(StackSettings settings) throws ModelException {
    try {
      List<String> playbook = texts(settings.playbook());
      Path trained = TRAINED.get(playbook);
      if (trained != null) {
        Folders.copy(trained.resolve("models"), settings.models());
        Files.copy(
            trained.resolve("past.jsonl"), past(settings), StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      Trainer.Result first = train(settings);
      if (!first.live()) {
        registry(settings, Playbook.load(settings.playbook())).promote(first.version());
      }
      trained =
          Files.createTempDirectory(
              Checkout.find().root().resolve(RunningStack.TARGET), "trained-");
      Folders.copy(settings.models(), trained.resolve("models"));
      Files.copy(past(settings), trained.resolve("past.jsonl"));
      TRAINED.put(playbook, trained);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path past(StackSettings settings) {
    return settings.home().resolve("past.jsonl");
  }

  /** The names and the contents of a playbook's files. */
  private static List<String> texts(Path playbook) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(playbook).filter(Files::isRegularFile).sorted()) {
      for (Path file : files.toList()) {
        texts.add(file.getFileName() + "\n" + Files.readString(file));
      }
    }
    return texts;
  }

  private static ModelRegistry registry(StackSettings settings, Playbook playbook) {
    return new ModelRegistry(settings.models().resolve(playbook.name()));
  }
}
