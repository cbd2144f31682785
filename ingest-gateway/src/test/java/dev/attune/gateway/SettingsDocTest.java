package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** The README tells every setting, its default and a reason. */
class SettingsDocTest {
  private record Documented(String name, String defaultValue, String reason) {}

  @Test
  void theReadmeHasEverySettingWithItsDefaultAndAReason() throws IOException {
    List<Documented> documented = documented();
    List<RecordComponent> settings = new ArrayList<>();
    for (Class<?> record : records()) {
      String prefix = record.getAnnotation(ConfigurationProperties.class).value();
      for (RecordComponent component : record.getRecordComponents()) {
        settings.add(component);
        assertThat(documented)
            .filteredOn(d -> d.name().equals(prefix + "." + dashed(component.getName())))
            .as(prefix + "." + dashed(component.getName()))
            .singleElement()
            .satisfies(d -> assertThat(d.defaultValue()).isEqualTo(defaultOf(record, component)))
            .satisfies(d -> assertThat(d.reason()).hasSizeGreaterThan(10));
      }
    }

    assertThat(documented).as("no setting that is gone").hasSameSizeAs(settings);
  }

  private static List<Class<?>> records() {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    Set<BeanDefinition> found =
        new HashSet<>(scanner.findCandidateComponents("dev.attune.gateway"));
    found.addAll(scanner.findCandidateComponents("dev.attune.http"));
    assertThat(found).hasSizeGreaterThan(5);
    return found.stream().<Class<?>>map(SettingsDocTest::load).toList();
  }

  private static Class<?> load(BeanDefinition bean) {
    try {
      return Class.forName(Objects.requireNonNull(bean.getBeanClassName()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the annotation of the record's constructor says. */
  private static String defaultOf(Class<?> record, RecordComponent component) {
    int index =
        Stream.of(record.getRecordComponents())
            .map(RecordComponent::getName)
            .toList()
            .indexOf(component.getName());
    DefaultValue value =
        record.getDeclaredConstructors()[0].getParameters()[index].getAnnotation(
            DefaultValue.class);
    return value == null || value.value().length == 0 ? "none" : String.join(", ", value.value());
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static List<Documented> documented() throws IOException {
    try (var lines = Files.lines(Path.of("README.md"))) {
      return lines
          .filter(line -> line.startsWith("| `attune."))
          .map(line -> line.split(" *\\| *", 4))
          .map(
              cells ->
                  new Documented(cells[1].replace("`", ""), cells[2].replace("`", ""), cells[3]))
          .collect(Collectors.toList());
    }
  }
}
