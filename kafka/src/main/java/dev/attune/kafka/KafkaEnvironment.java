package dev.attune.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The settings for what is no Spring application, by the services' environment variables. */
public final class KafkaEnvironment {
  private KafkaEnvironment() {}

  /**
   * As a service with these variables would have them.
   *
   * @throws SettingsException when a value is wrong
   */
  public static KafkaSettings settings(Map<String, String> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("variables", Map.copyOf(variables)));
    try {
      new YamlPropertySourceLoader()
          .load("kafka", new ClassPathResource("attune-kafka.yaml"))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return Binder.get(environment).bindOrCreate("attune.kafka", KafkaSettings.class);
    } catch (BindException e) {
      throw new SettingsException(SettingsMistake.sentence(e, environment.getPropertySources()), e);
    }
  }
}
