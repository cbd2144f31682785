package dev.attune.responses;

import dev.attune.tracing.ServiceStart;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the response API. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ResponsesApplication {
  public static void main(String[] args) {
    ServiceStart.run(ResponsesApplication.class, args);
  }
}
