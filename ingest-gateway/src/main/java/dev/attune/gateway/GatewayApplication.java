package dev.attune.gateway;

import dev.attune.tracing.ServiceStart;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {
  public static void main(String[] args) {
    ServiceStart.run(GatewayApplication.class, args);
  }
}
