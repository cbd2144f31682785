package dev.attune.console.curves;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Curves by name, in memory and, where a file is given, on disk. The file is written anew and then
 * put in the place of the old one, so that a crash leaves one or the other. Thread-safe.
 */
public final class Curves<P extends CurvePoint<P>> {
  private static final Logger log = LoggerFactory.getLogger(Curves.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final @Nullable Path file;
  private final long firstStepSeconds;
  private final Map<String, Curve<P>> curves = new HashMap<>();

  private Curves(@Nullable Path file, long firstStepSeconds) {
    this.file = file;
    this.firstStepSeconds = firstStepSeconds;
  }

  /**
   * Those that go on where another process ended. A file that can't be read is begun anew.
   *
   * @param property the setting that names the file
   * @param file empty: in memory only
   * @param firstStep between two points of a young curve, a second at least
   * @throws UncheckedIOException when the file's folder can't be made
   */
  public static <P extends CurvePoint<P>> Curves<P> in(
      String property, String file, Class<P> point, Duration firstStep) {
    if (file.isEmpty()) {
      return new Curves<>(null, firstStep.toSeconds());
    }
    Path path = Path.of(file).toAbsolutePath();
    var curves = new Curves<P>(path, firstStep.toSeconds());
    try {
      Files.createDirectories(folder(path));
      if (Files.exists(path)) {
        curves.load(path, point);
      }
      return curves;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: %s can't be used: %s".formatted(property, path, e.getMessage()), e);
    }
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }

  private void load(Path path, Class<P> point) throws IOException {
    var types = JSON.getTypeFactory();
    JavaType curve = types.constructParametricType(Curve.class, point);
    JavaType all = types.constructCollectionType(List.class, curve);
    try {
      List<Curve<P>> kept = JSON.readValue(Files.readAllBytes(path), all);
      kept.forEach(one -> curves.put(one.name(), one));
    } catch (JacksonException | NullPointerException e) {
      log.warn("{} can't be read, so its curves begin anew: {}", path, e.toString());
      curves.clear();
    }
  }

  public synchronized Optional<Curve<P>> curve(String name) {
    return Optional.ofNullable(curves.get(name));
  }

  /** Whether a point of this time would be kept. */
  public synchronized boolean isDue(String name, long now) {
    Curve<P> curve = curves.get(name);
    return curve == null || curve.isDue(now);
  }

  public synchronized void add(String name, P point) {
    Curve<P> curve = curves.get(name);
    boolean goesOn = curve != null && point.goesOn(curve.newest());
    curves.put(
        name,
        curve != null && goesOn
            ? curve.with(point)
            : new Curve<>(name, firstStepSeconds, List.of(point)));
  }

  /** Forgets all others; true: there were some. */
  public synchronized boolean keepOnly(Collection<String> names) {
    return curves.keySet().retainAll(List.copyOf(names));
  }

  /** Forgets all but so many, which have the newest points. */
  public synchronized void keepNewest(int most) {
    Comparator<Curve<P>> byAge = Comparator.comparingLong(curve -> curve.newest().at());
    curves.values().stream()
        .sorted(byAge.reversed())
        .skip(most)
        .map(Curve::name)
        .toList()
        .forEach(curves::remove);
  }

  /**
   * Writes the file, where there is one.
   *
   * @throws UncheckedIOException when that fails; the curves are in memory then
   */
  public synchronized void save() {
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
