package dev.attune.bench.server;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A web server under load: a service of this checkout or another program. Those that are compared
 * run with the same JVM options, the optimising compiler included, unlike in the local stack.
 */
public final class BenchServer implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(90);
  private static final String HEAP = "512m";

  private final ServerProcess process;
  private final URI uri;

  private BenchServer(ServerProcess process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * A service from its built jar, with the keys of the local profile.
   *
   * @param module its folder, such as {@code ingest-gateway}
   * @param portVariable the environment variable of its HTTP port
   */
  public static BenchServer service(
      BenchmarkRun bench,
      String module,
      String portVariable,
      Path folder,
      Map<String, String> settings) {
    return service(bench, module, portVariable, folder, settings, JavaCommand.withHeap(HEAP));
  }

  /** A service with a JVM of other options. */
  public static BenchServer service(
      BenchmarkRun bench,
      String module,
      String portVariable,
      Path folder,
      Map<String, String> settings,
      JavaCommand java) {
    int port = Ports.free();
    var environment = new HashMap<>(settings);
    environment.put(portVariable, Integer.toString(port));
    environment.put("SPRING_PROFILES_ACTIVE", "local");
    List<String> command = java.option("-jar").run(bench.checkout().serviceJar(module).toString());
    return start(
        new Definition(module, port, command, environment, folder, "/actuator/health/readiness"));
  }

  /** A Spring program that answers {@code GET /ready}. */
  public static BenchServer program(
      String name, String classPath, String main, String argument, Path folder) {
    int port = Ports.free();
    List<String> command =
        JavaCommand.withHeap(HEAP)
            .option("-cp")
            .option(classPath)
            .run(main, argument, "--server.port=" + port);
    return start(new Definition(name, port, command, Map.of(), folder, "/ready"));
  }

  private static BenchServer start(Definition server) {
    ServerProcess process =
        ServerProcess.start(server, server.directory().resolve(server.name() + ".log"));
    Runtime.getRuntime().addShutdownHook(new Thread(process::kill));
    URI uri = URI.create("http://127.0.0.1:" + server.port());
    var started = new BenchServer(process, uri);
    try {
      process.awaitReady(READY);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  public URI uri() {
    return uri;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort());
  }

  public long pid() {
    return process.pid();
  }

  /** Processor time used so far; what neighbours on the machine do hardly shows in it. */
  public Duration processorTime() {
    return processorTime(pid());
  }

  /** The same of any server. */
  public static Duration processorTime(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow(() -> new BenchmarkException("the processor time of a server is not known"));
  }

  @Override
  public void close() {
    process.kill();
  }

  private record Definition(
      String name,
      int port,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      String readyPath)
      implements Server {
    Definition {
      command = new ArrayList<>(command);
    }

    @Override
    public boolean isReady() {
      return HttpProbe.status(URI.create("http://127.0.0.1:" + port + readyPath)) == 200;
    }
  }
}
