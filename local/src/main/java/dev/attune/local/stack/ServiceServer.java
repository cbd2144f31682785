package dev.attune.local.stack;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One of Attune's own services as a process. */
record ServiceServer(
    Part part,
    ServiceApp app,
    Path directory,
    int port,
    int managementPort,
    Map<String, String> environment)
    implements Server {
  @Override
  public String name() {
    return part.id();
  }

  @Override
  public List<String> command() {
    return part.java().classPath(app.joinedClassPath()).run(app.mainClass());
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(
            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
        == 200;
  }
}
