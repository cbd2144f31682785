package dev.attune.inference;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Scores users and keeps their newest prediction readable in Redis. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Attune inference service",
            version = "2",
            description =
                "The Open Inference Protocol v2, and under /v1 who scores whom, drift, explanations."))
@SpringBootApplication
@ConfigurationPropertiesScan
public class InferenceApplication {
  public static void main(String[] args) {
    SpringApplication.run(InferenceApplication.class, args);
  }
}
