package dev.attune.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The house's rules on who may know whom, read from what every module's build left. */
class ArchitectureTest {
  /** Whom a module may know besides itself: what lies further inside. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry("schemas", Set.of()),
          entry("http", Set.of("tracing")),
          entry("tracing", Set.of()),
          entry("sdk/java", Set.of()),
          entry("kafka", Set.of("schemas", "core")),
          entry("predictions", Set.of("schemas")),
          entry("core", Set.of("schemas")),
          entry("model-store", Set.of("core")),
          entry("encoder", Set.of("core")),
          entry("warehouse", Set.of("schemas", "kafka", "core", "model-store")),
          entry("training", Set.of("schemas", "core", "model-store", "warehouse")),
          // the services
          entry("ingest-gateway", Set.of("schemas", "kafka", "core", "http", "tracing")),
          entry("feature-streams", Set.of("schemas", "kafka", "core", "tracing")),
          entry(
              "inference-service",
              Set.of(
                  "schemas", "kafka", "predictions", "core", "model-store", "encoder", "tracing")),
          entry(
              "response-api", Set.of("schemas", "kafka", "predictions", "core", "http", "tracing")),
          entry("console", Set.of()),
          // the tools: they start services and ask them over the network
          entry("local", Set.of("schemas", "core")),
          entry("simulation", Set.of("schemas", "core", "local")),
          entry("benchmarks/harness", Set.of("core", "local")),
          entry(
              "benchmarks",
              Set.of("schemas", "predictions", "core", "encoder", "local", "benchmarks/harness")),
          entry(
              "system-tests/chaos",
              Set.of("schemas", "kafka", "predictions", "core", "local", "benchmarks/harness")),
          entry(
              "cli",
              Set.of(
                  "schemas",
                  "kafka",
                  "core",
                  "model-store",
                  "encoder",
                  "training",
                  "warehouse",
                  "local",
                  "simulation",
                  "benchmarks/harness",
                  "benchmarks",
                  "system-tests/chaos")));

  @Test
  void everyModuleHasItsPlaceAndNobodyKnowsAService() {
    assertThat(MAY_KNOW.keySet()).containsExactlyInAnyOrderElementsOf(Modules.withCode().toList());
    assertThat(MAY_KNOW.values())
        .noneMatch(known -> known.stream().anyMatch(Modules.SERVICES::contains));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void knowsOnlyWhatLiesFurtherInside(String module, Set<String> inside) {
    List<String> outwards =
        Modules.ALL.stream()
            .filter(found -> module.equals(Modules.of(found)))
            .flatMap(found -> found.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> !isKnown(dependency, module, inside))
            .map(Dependency::getDescription)
            .toList();

    assertThat(outwards).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void noPackageNeedsAnotherInACircle(String module) {
    slices().matching("dev.attune.(**)").should().beFreeOfCycles().check(Modules.written(module));
  }

  static Stream<Arguments> modules() {
    return MAY_KNOW.entrySet().stream().map(row -> arguments(row.getKey(), row.getValue()));
  }

  private static boolean isKnown(Dependency dependency, String module, Set<String> inside) {
    String target = Modules.of(dependency.getTargetClass().getBaseComponentType());
    return target == null || target.equals(module) || inside.contains(target);
  }

  /** Producers and the clients of Kafka Streams are made with the owner's settings. */
  @Test
  void kafkaIsReadAndAskedByItsOwnerAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.attune.kafka..", "dev.attune.local..", "dev.attune.bench..")
        .and()
        .areNotAssignableTo("org.apache.kafka.streams.KafkaClientSupplier")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "org\\.apache\\.kafka\\.clients\\.(consumer\\.KafkaConsumer|admin\\.(Kafka)?Admin(Client)?)")
        .check(Modules.WRITTEN);
  }

  /** The faults of the chaos tests are done to Redis itself, and looked for there. */
  @Test
  void redisIsReachedByItsOwnerAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.attune.predictions..",
            "dev.attune.local..",
            "dev.attune.chaos..",
            "dev.attune.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.lettuce..", "redis.clients..")
        .check(Modules.WRITTEN);
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
            "io.lettuce..",
            "dev.attune.kafka.registry..",
            "dev.attune.schemas.grpc..",
            "dev.attune.schemas.oip..")
        .check(Modules.ALL);
  }

  @Test
  void coreTakesTimeAsAnArgument() {
    noClasses()
        .that()
        .resideInAPackage("dev.attune.core..")
        .should()
        .accessTargetWhere(readsTheClock())
        .check(Modules.ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        Modules.WRITTEN.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(found -> found.getClasses().stream().anyMatch(Modules.WRITTEN::contains))
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
        .check(Modules.WRITTEN);
  }

  @Test
  void noStaticFieldChanges() {
    fields().that().areStatic().should().beFinal().check(Modules.WRITTEN);
  }

  @Test
  void jsonIsJackson3() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
        .check(Modules.WRITTEN);
  }

  @Test
  void seesEveryModulesCode() {
    assertThat(Modules.ALL).extracting(Modules::of).containsAll(MAY_KNOW.keySet());
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
