package dev.attune.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every module: its sources, and what its build left. */
final class Modules {
  static final Set<String> SERVICES =
      Set.of("ingest-gateway", "feature-streams", "inference-service", "response-api", "console");

  private static final Path ROOT = Checkout.find().root();

  private static final Set<String> WITHOUT_CODE = Set.of("local/servers", "deploy", "system-tests");

  private static final List<String> NAMES =
      Pattern.compile("<module>(.*?)</module>")
          .matcher(read(ROOT.resolve("pom.xml")))
          .results()
          .map(match -> match.group(1))
          .toList();

  private static final String[] GENERATED = {
    "dev.attune.schemas.avro..",
    "dev.attune.schemas.grpc..",
    "dev.attune.schemas.oip..",
    "..jmh_generated.."
  };

  /** All classes that run, tests aside; a module that isn't built is an error. */
  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("__")) // Spring's, of what stands beside
          .importPaths(withCode().map(Modules::build).toList());

  static final JavaClasses WRITTEN =
      ALL.that(DescribedPredicate.not(resideInAnyPackage(GENERATED)));

  private Modules() {}

  static Stream<String> withCode() {
    return NAMES.stream().filter(module -> !WITHOUT_CODE.contains(module));
  }

  static Path folder(String module) {
    return ROOT.resolve(module);
  }

  private static Path build(String module) {
    Path classes = folder(module).resolve("target/classes/dev");
    if (!Files.isDirectory(classes)) {
      throw new IllegalStateException(module + " is not built");
    }
    return classes;
  }

  /** The folder whose build left a class; null: another's. */
  static @Nullable String of(JavaClass found) {
    String source = found.getSource().map(at -> at.getUri().toString()).orElse("");
    int end = source.indexOf("/target/classes/");
    String root = ROOT.toUri().toString();
    return source.startsWith(root) && end > 0 ? source.substring(root.length(), end) : null;
  }

  static JavaClasses written(String module) {
    return WRITTEN.that(
        DescribedPredicate.describe("of " + module, found -> module.equals(of(found))));
  }

  /** All files of Java, tests included. */
  static Stream<Path> sources() {
    return NAMES.stream()
        .map(module -> folder(module).resolve("src"))
        .filter(Files::isDirectory)
        .flatMap(Modules::files)
        .filter(file -> file.toString().endsWith(".java"));
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
