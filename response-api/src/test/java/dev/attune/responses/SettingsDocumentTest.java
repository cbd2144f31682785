package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.http.HttpSettings;
import dev.attune.responses.access.AccessSettings;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.decision.ExplanationSettings;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.responses.store.StoreSettings;
import dev.attune.responses.user.StateSettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** README.md tells every setting with its default. */
class SettingsDocumentTest {

  private static final List<Class<?>> SETTINGS =
      List.of(
          AccessSettings.class,
          DecisionSettings.class,
          ExplanationSettings.class,
          HttpSettings.class,
          ReplySettings.class,
          StateSettings.class,
          StoreSettings.class);

  @Test
  void tellsEverySettingWithItsDefault() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    SETTINGS.stream()
        .flatMap(
            type ->
                IntStream.range(0, type.getRecordComponents().length).mapToObj(i -> row(type, i)))
        .forEach(row -> assertThat(readme).contains(row));
  }

  @Test
  void tellsEveryVariableOfTheConfiguration() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String yaml = Files.readString(Path.of("src/main/resources/application.yaml"));
    Matcher variable = Pattern.compile("\\$\\{(ATTUNE_[A-Z_]+)").matcher(yaml);

    assertThat(variable.results().map(found -> found.group(1)).distinct().toList())
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
  }

  /** The beginning of the setting's line in the table: name and default. */
  private static String row(Class<?> type, int index) {
    RecordComponent component = type.getRecordComponents()[index];
    var prefix = Objects.requireNonNull(type.getAnnotation(ConfigurationProperties.class)).value();
    String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "| `" + prefix + "." + name + "` | " + standard(type, index) + " |";
  }

  private static String standard(Class<?> type, int index) {
    return Stream.of(type.getDeclaredConstructors()[0].getParameters()[index])
        .map(parameter -> parameter.getAnnotation(DefaultValue.class))
        .filter(Objects::nonNull)
        .map(value -> String.join(", ", value.value()))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse("–");
  }
}
