package dev.attune.streams;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import java.security.Security;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service; over HTTP it offers its management endpoints only. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Attune feature streams",
            version = "1",
            description = "Management only: health, metrics, version."))
@SpringBootApplication
@ConfigurationPropertiesScan
public class StreamsApplication {
  public static void main(String[] arguments) {
    // inference-service's replicas come and go: by default the JVM would not ask again for 30 s
    Security.setProperty("networkaddress.cache.ttl", "3");
    Security.setProperty("networkaddress.cache.negative.ttl", "3");
    SpringApplication.run(StreamsApplication.class, arguments);
  }
}
