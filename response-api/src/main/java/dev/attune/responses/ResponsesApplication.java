package dev.attune.responses;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the response API. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ResponsesApplication {
  public static void main(String[] args) {
    SpringApplication.run(ResponsesApplication.class, args);
  }
}
