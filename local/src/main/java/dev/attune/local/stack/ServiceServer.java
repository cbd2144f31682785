package dev.attune.local.stack;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Server;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    String classPath =
        app.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return part.java().option("-cp").option(classPath).run(app.mainClass());
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(
            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
        == 200;
  }
}
