package dev.attune.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Attune's chart, rendered and linted as the Helm command would; found from this module and those
 * beside it.
 */
public final class Chart {
  private static final Path FOLDER = Path.of("../deploy/helm/attune");

  /** The annotation of an object that Helm applies by itself, before or after the others. */
  private static final String HOOK = "helm.sh/hook";

  /** Helm's library renders no hooks; under another name they are objects like others. */
  private static final String SHOWN = "attune.test/hook";

  private static final Path WITH_HOOKS = withHooks();

  private Chart() {}

  /** An example of values in the chart's {@code ci} folder. */
  public static Path values(String example) {
    return FOLDER.resolve("ci").resolve(example + "-values.yaml");
  }

  /** All objects, hooks among them. */
  public static String render(Path values, Map<String, ?> changed) {
    return render(List.of(values), changed);
  }

  /** The same of several files of values; of what two say, the later one goes first. */
  public static String render(List<Path> values, Map<String, ?> changed) {
    return render("shop", values, changed);
  }

  static String render(String release, List<Path> values, Map<String, ?> changed) {
    TemplateCommand template =
        new Helm(WITH_HOOKS).template().withName(release).withNamespace("chat");
    values.forEach(template::withValuesFile);
    changed.forEach(template::set);
    return template.call().replace(SHOWN, HOOK);
  }

  private static Path withHooks() {
    try {
      Path copy = Files.createTempDirectory("attune-chart");
      copyTo(copy);
      try (Stream<Path> all = Files.walk(copy)) {
        for (Path file : all.toList()) {
          file.toFile().deleteOnExit();
          if (file.startsWith(copy.resolve("templates")) && Files.isRegularFile(file)) {
            Files.writeString(file, Files.readString(file).replace(HOOK, SHOWN));
          }
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rendered Kubernetes objects. */
  public static List<Map<String, Object>> objects(String rendered) {
    var objects = new ArrayList<Map<String, Object>>();
    for (Object document : yaml().loadAllFromString(rendered)) {
      if (document != null) {
        objects.add(map(document));
      }
    }
    return objects;
  }

  /** Helm's linter knows a chart's own values only, so they are merged in a copy. */
  static LintResult lint(Path values, Path copy) throws IOException {
    copyTo(copy);
    Map<String, Object> merged = merge(read(FOLDER.resolve("values.yaml")), read(values));
    Files.writeString(
        copy.resolve("values.yaml"), new Dump(DumpSettings.builder().build()).dumpToString(merged));
    return new Helm(copy).lint().strict().call();
  }

  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(Object yaml) {
    return (Map<String, Object>) yaml;
  }

  /** What lies in an object at the end of a path of names; empty where there is nothing. */
  public static Map<String, Object> at(Map<String, Object> object, String... path) {
    Map<String, Object> found = object;
    for (String name : path) {
      found = map(found.getOrDefault(name, Map.of()));
    }
    return found;
  }

  private static void copyTo(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(FOLDER.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static Map<String, Object> read(Path file) throws IOException {
    return map(yaml().loadFromString(Files.readString(file)));
  }

  private static Map<String, Object> merge(Map<String, Object> base, Map<String, Object> over) {
    var merged = new LinkedHashMap<>(base);
    over.forEach(
        (key, value) ->
            merged.merge(
                key,
                value,
                (was, is) ->
                    was instanceof Map && is instanceof Map ? merge(map(was), map(is)) : is));
    return merged;
  }

  private static Load yaml() {
    return new Load(LoadSettings.builder().build());
  }
}
