package dev.attune.console.effects;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The curves of all experiments, in memory and, where a file is given, on disk. The file is written
 * anew and then put in the place of the old one, so that a crash leaves one or the other.
 * Thread-safe.
 */
final class EffectHistory {
  private static final Logger log = LoggerFactory.getLogger(EffectHistory.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final @Nullable Path file;
  private final Map<String, EffectCurve> curves = new HashMap<>();

  private EffectHistory(@Nullable Path file) {
    this.file = file;
  }

  /**
   * One that goes on where another process ended. A file that can't be read is begun anew.
   *
   * @param file empty: in memory only
   * @throws UncheckedIOException when its folder can't be made
   */
  static EffectHistory in(String file) {
    if (file.isEmpty()) {
      return new EffectHistory(null);
    }
    Path path = Path.of(file).toAbsolutePath();
    var history = new EffectHistory(path);
    try {
      Files.createDirectories(folder(path));
      if (Files.exists(path)) {
        history.load(path);
      }
      return history;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "attune.console.effects.file: %s can't be used: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }

  private void load(Path path) throws IOException {
    try {
      List<EffectCurve> kept = JSON.readValue(Files.readAllBytes(path), new TypeReference<>() {});
      kept.forEach(curve -> curves.put(curve.experiment(), curve));
    } catch (JacksonException | NullPointerException e) {
      log.warn("{} can't be read, so the effects over time begin anew: {}", path, e.toString());
      curves.clear();
    }
  }

  synchronized Optional<EffectCurve> curve(String experiment) {
    return Optional.ofNullable(curves.get(experiment));
  }

  /** Whether a point of this time would be kept. */
  synchronized boolean isDue(String experiment, long now) {
    EffectCurve curve = curves.get(experiment);
    return curve == null || curve.isDue(now);
  }

  synchronized void add(String experiment, EffectPoint point) {
    EffectCurve curve = curves.get(experiment);
    curves.put(experiment, curve == null ? EffectCurve.of(experiment, point) : curve.with(point));
  }

  /** Forgets experiments that are no more; true: there were some. */
  synchronized boolean keepOnly(Collection<String> experiments) {
    return curves.keySet().retainAll(List.copyOf(experiments));
  }

  /**
   * Writes the file, where there is one.
   *
   * @throws UncheckedIOException when that fails; the curves are in memory then
   */
  synchronized void save() {
    if (file == null) {
      return;
    }
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.write(next, JSON.writeValueAsBytes(new ArrayList<>(curves.values())));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
