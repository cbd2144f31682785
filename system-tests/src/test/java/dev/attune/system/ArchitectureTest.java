package dev.attune.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.attune.local.infra.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house's rules on who may know whom, read from what every module's build left. */
class ArchitectureTest {

  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          entry("schemas", "dev.attune.schemas"),
          entry("core", "dev.attune.core"),
          entry("http", "dev.attune.http"),
          entry("model-store", "dev.attune.modelstore"),
          entry("local", "dev.attune.local"),
          entry("training", "dev.attune.training"),
          entry("ingest-gateway", "dev.attune.gateway"),
          entry("feature-streams", "dev.attune.streams"),
          entry("inference-service", "dev.attune.inference"),
          entry("response-api", "dev.attune.responses"),
          entry("console", "dev.attune.console"));

  private static final String[] GENERATED = {
    "dev.attune.schemas.avro..", "dev.attune.schemas.grpc..", "dev.attune.schemas.oip.."
  };

  private static JavaClasses all;
  private static JavaClasses written;

  @BeforeAll
  static void importClasses() {
    Path root = Checkout.find().root();
    List<Path> builds =
        PACKAGES.keySet().stream()
            .map(module -> root.resolve(module).resolve("target/classes/dev"))
            .toList();
    assertThat(builds).as("every module is built").allMatch(path -> path.toFile().isDirectory());
    all = new ClassFileImporter().importPaths(builds);
    written = all.that(DescribedPredicate.not(resideInAnyPackage(GENERATED)));
  }

  @ParameterizedTest
  @CsvSource({
    "dev.attune.schemas.., ''",
    "dev.attune.core.., dev.attune.schemas..",
    "dev.attune.http.., ''",
    "dev.attune.modelstore.., dev.attune.core..",
    "dev.attune.local.., 'dev.attune.schemas..,dev.attune.core..'",
    "dev.attune.training.., 'dev.attune.schemas..,dev.attune.core..,dev.attune.modelstore..'",
    "dev.attune.gateway.., 'dev.attune.schemas..,dev.attune.core..,dev.attune.http..'",
    "dev.attune.streams.., 'dev.attune.schemas..,dev.attune.core..'",
    "dev.attune.inference.., 'dev.attune.schemas..,dev.attune.core..,dev.attune.modelstore..'",
    "dev.attune.responses.., 'dev.attune.schemas..,dev.attune.core..,dev.attune.http..'",
    "dev.attune.console.., ''"
  })
  void knowsOnlyWhatLiesFurtherInside(String module, String inside) {
    String[] known = (module + "," + inside).split(",");

    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.attune..").and(DescribedPredicate.not(resideInAnyPackage(known))))
        .check(all);
  }

  @Test
  void coreKnowsNoEdge() {
    noClasses()
        .that()
        .resideInAPackage("dev.attune.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "jakarta..",
            "java.net.http..",
            "com.sun.net..",
            "io.grpc..",
            "org.apache.kafka..",
            "redis.clients..",
            "dev.attune.kafka.registry..",
            "dev.attune.schemas.grpc..",
            "dev.attune.schemas.oip..")
        .check(all);
  }

  @Test
  void coreTakesTimeAsAnArgument() {
    noClasses()
        .that()
        .resideInAPackage("dev.attune.core..")
        .should()
        .accessTargetWhere(readsTheClock())
        .check(all);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        written.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(found -> found.getClasses().stream().anyMatch(written::contains))
            .filter(found -> !found.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();

    assertThat(unmarked).isEmpty();
  }

  @Test
  void nothingIsInjectedIntoFields() {
    noFields()
        .should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
        .orShould()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
        .orShould()
        .beAnnotatedWith("jakarta.inject.Inject")
        .orShould()
        .beAnnotatedWith("jakarta.annotation.Resource")
        .check(written);
  }

  @Test
  void noStaticFieldChanges() {
    fields().that().areStatic().should().beFinal().check(written);
  }

  @Test
  void jsonIsJackson3() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
        .check(written);
  }

  @Test
  void seesEveryModulesCode() {
    PACKAGES.forEach(
        (module, name) ->
            assertThat(all.that(resideInAPackage(name + "..")))
                .as("classes of %s", module)
                .isNotEmpty());
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
    return DescribedPredicate.describe(
        "the clock is read",
        access -> isClock(access.getTargetOwner().getName(), access.getName()));
  }

  private static boolean isClock(String owner, String member) {
    return switch (member) {
      case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
      case "now" -> owner.startsWith("java.time.");
      default -> owner.equals("java.time.Clock") && member.startsWith("system");
    };
  }
}
