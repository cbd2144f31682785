package dev.attune.system;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A console without a stack: what is behind it answers at one address. */
record ConsoleServer(
    Path jar, Path directory, int port, int managementPort, Map<String, String> environment)
    implements Server {
  static ConsoleServer before(String services, Path directory, Map<String, String> more) {
    int port = Ports.free();
    int managementPort = Ports.free();
    var environment = new HashMap<>(more);
    environment.put("ATTUNE_CONSOLE_PORT", Integer.toString(port));
    environment.put("ATTUNE_CONSOLE_MANAGEMENT_PORT", Integer.toString(managementPort));
    environment.put("ATTUNE_CONSOLE_SECRET", "key");
    environment.put("ATTUNE_CONSOLE_SECURE_COOKIE", "false");
    for (String service : List.of("GATEWAY", "RESPONSES", "INFERENCE", "STREAMS")) {
      environment.put("ATTUNE_" + service + "_MANAGEMENT_URL", services);
      if (!service.equals("STREAMS")) {
        environment.put("ATTUNE_" + service + "_URL", services);
      }
    }
    return new ConsoleServer(
        Checkout.find().serviceJar("console"), directory, port, managementPort, environment);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public String name() {
    return "console";
  }

  @Override
  public List<String> command() {
    return JavaCommand.withHeap("128m")
        .option("-XX:TieredStopAtLevel=1")
        .run("-jar", jar.toString());
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(
            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
        == 200;
  }
}
