package dev.attune.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

/** The same thing has one name and one shape in all modules. */
class DialectTest {
  private static final String SPRING = "org.springframework.";
  private static final String SETTINGS = SPRING + "boot.context.properties.ConfigurationProperties";
  private static final String CONFIGURATION = SPRING + "context.annotation.Configuration";
  private static final String BEAN = SPRING + "context.annotation.Bean";
  private static final String VALUE = SPRING + "beans.factory.annotation.Value";

  private static final Pattern TEXT_BLOCK = Pattern.compile("(?s)\"\"\".*?\"\"\"");
  private static final Pattern NEEDLESS_BLANK = Pattern.compile("\\{\\n\\s*\\n|\\n\\s*\\n\\s*\\n");

  @Test
  void loggersAreCalledLog() {
    fields()
        .that()
        .haveRawType("org.slf4j.Logger")
        .or()
        .haveRawType(System.Logger.class)
        .or()
        .haveRawType(java.util.logging.Logger.class)
        .should()
        .haveName("log")
        .check(Modules.WRITTEN);
  }

  @Test
  void settingsAreRecordsAndNamedSo() {
    classes()
        .that()
        .areAnnotatedWith(SETTINGS)
        .should()
        .haveSimpleNameEndingWith("Settings")
        .check(Modules.WRITTEN);
    classes()
        .that()
        .haveSimpleNameEndingWith("Settings")
        .should()
        .beRecords()
        .check(Modules.WRITTEN);
  }

  /** By Spring's Assert with the property's whole name, so that a message is found by it. */
  @Test
  void settingsAreValidatedByTheirConstructor() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Settings")
        .should()
        .haveName("require")
        .check(Modules.WRITTEN);
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Settings")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.validation..", SPRING + "validation..")
        .check(Modules.WRITTEN);
  }

  @Test
  void whatIsOursToSetIsInARecordOfSettings() {
    List<JavaParameter> read =
        Modules.WRITTEN.stream()
            .flatMap(found -> found.getCodeUnits().stream())
            .map(JavaCodeUnit::getParameters)
            .flatMap(List::stream)
            .filter(DialectTest::isAttunesValue)
            .toList();

    assertThat(read).isEmpty();
  }

  private static boolean isAttunesValue(JavaParameter parameter) {
    return parameter
        .tryGetAnnotationOfType(VALUE)
        .flatMap(value -> value.get("value"))
        .filter(name -> name.toString().startsWith("${attune"))
        .isPresent();
  }

  @Test
  void beansAreMadeByConfigurations() {
    classes()
        .that()
        .areAnnotatedWith(CONFIGURATION)
        .should()
        .haveSimpleNameEndingWith("Configuration")
        .check(Modules.WRITTEN);
    methods()
        .that()
        .areAnnotatedWith(BEAN)
        .should()
        .beDeclaredInClassesThat()
        .areAnnotatedWith(CONFIGURATION)
        .check(Modules.WRITTEN);
    noClasses()
        .should()
        .beAnnotatedWith(SPRING + "stereotype.Service")
        .orShould()
        .beAnnotatedWith(SPRING + "stereotype.Repository")
        .orShould()
        .beAnnotatedWith(SPRING + "stereotype.Controller")
        .check(Modules.WRITTEN);
  }

  /** Such a class is a component; a configuration is for what has to be built. */
  @Test
  void noConfigurationOnlyCallsTheConstructorOfItsServicesOwnClass() {
    List<String> needless =
        Modules.SERVICES.stream()
            .flatMap(service -> Modules.written(service).stream())
            .flatMap(found -> found.getMethods().stream())
            .filter(method -> method.isAnnotatedWith(BEAN))
            .filter(DialectTest::onlyCallsAConstructor)
            .map(JavaMethod::getFullName)
            .toList();

    assertThat(needless).isEmpty();
  }

  private static boolean onlyCallsAConstructor(JavaMethod bean) {
    JavaClass made = bean.getRawReturnType();
    return Objects.equals(Modules.of(made), Modules.of(bean.getOwner()))
        && made.getConstructors().stream()
            .anyMatch(constructor -> takes(constructor, bean.getRawParameterTypes()));
  }

  private static boolean takes(JavaCodeUnit constructor, List<JavaClass> given) {
    List<JavaClass> wanted = constructor.getRawParameterTypes();
    return wanted.size() == given.size()
        && IntStream.range(0, given.size())
            .allMatch(i -> given.get(i).isAssignableTo(wanted.get(i).getName()));
  }

  @Test
  void classesOfMetersAreCalledMeters() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer.core.instrument..")
        .check(Modules.WRITTEN);
  }

  /** In tests they may be written out, as users write them; the schemas know no client. */
  @Test
  void kafkasPropertiesAreNamedByItsConstants() {
    String names = kafkasNames().stream().map(Pattern::quote).collect(Collectors.joining("|"));
    Pattern written = Pattern.compile("\"(" + names + ")\"");

    assertThat(
            Modules.sources()
                .filter(file -> file.toString().contains("/src/main/"))
                .filter(file -> !file.startsWith(Modules.folder("schemas")))
                .filter(file -> written.matcher(Modules.read(file)).find()))
        .isEmpty();
  }

  private static TreeSet<String> kafkasNames() {
    var names = new TreeSet<String>();
    names.addAll(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    Stream.of(TopicConfig.class.getFields())
        .filter(field -> field.getName().endsWith("_CONFIG"))
        .forEach(field -> names.add(value(field)));
    // plain words mean other things, too
    names.removeIf(name -> !name.contains("."));
    names.add(ProducerConfig.ACKS_CONFIG);
    return names;
  }

  private static String value(Field constant) {
    try {
      return (String) constant.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noBlankLineFollowsABraceOrAnother() {
    assertThat(Modules.sources().filter(DialectTest::hasNeedlessBlank)).isEmpty();
  }

  private static boolean hasNeedlessBlank(Path file) {
    String code = TEXT_BLOCK.matcher(Modules.read(file)).replaceAll("");
    return NEEDLESS_BLANK.matcher(code).find();
  }
}
