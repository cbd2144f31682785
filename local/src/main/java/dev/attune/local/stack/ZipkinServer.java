package dev.attune.local.stack;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Server;
import dev.attune.local.zipkin.ZipkinWithOtlp;
import java.io.File;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Zipkin, with a receiver of OTLP in the same process. It keeps spans in memory. */
record ZipkinServer(ServiceApp app, Path directory, int port, int otlpPort) implements Server {
  /** Some 90 MB; a minute and a half of the demo, which makes 500 spans a second. */
  private static final String MOST_SPANS = "50000";

  @Override
  public String name() {
    return Part.ZIPKIN.id();
  }

  @Override
  public List<String> command() {
    // Zipkin's own libraries first: where both have one, its version counts
    String classPath = app.joinedClassPath() + File.pathSeparator + ZipkinWithOtlp.classPath();
    return JavaCommand.quickToStart("256m")
        .classPath(classPath)
        .run(
            ZipkinWithOtlp.class.getName(),
            Integer.toString(port),
            Integer.toString(otlpPort),
            app.mainClass(),
            // instead of the one port of its own file, which is open on all addresses
            "--armeria.ports[0].ip=127.0.0.1",
            "--armeria.ports[0].port=" + port,
            "--armeria.ports[0].protocols[0]=http");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("STORAGE_TYPE", "mem", "MEM_MAX_SPANS", MOST_SPANS);
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(URI.create("http://127.0.0.1:" + port + "/health"))
            == HttpURLConnection.HTTP_OK
        && HttpProbe.status(URI.create("http://127.0.0.1:" + otlpPort + "/v1/traces"))
            == HttpURLConnection.HTTP_BAD_METHOD;
  }
}
