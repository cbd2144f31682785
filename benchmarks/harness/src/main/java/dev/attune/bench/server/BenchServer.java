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
  private final Definition server;

  private BenchServer(ServerProcess process, Definition server) {
    this.process = process;
    this.server = server;
  }

  /**
   * A service from its built jar, with the keys of the local profile.
   *
   * @param module its folder, such as {@code ingest-gateway}
   * @param part as in the environment variables of its ports, such as {@code GATEWAY}
   */
  public static BenchServer service(
      BenchmarkRun bench, String module, String part, Path folder, Map<String, String> settings) {
    return service(bench, module, part, folder, settings, JavaCommand.withHeap(HEAP));
  }

  /** A service with a JVM of other options. */
  public static BenchServer service(
      BenchmarkRun bench,
      String module,
      String part,
      Path folder,
      Map<String, String> settings,
      JavaCommand java) {
    int port = Ports.free();
    int management = Ports.free();
    var environment = new HashMap<>(settings);
    environment.put("ATTUNE_" + part + "_PORT", Integer.toString(port));
    environment.put("ATTUNE_" + part + "_MANAGEMENT_PORT", Integer.toString(management));
    environment.put("SPRING_PROFILES_ACTIVE", "local");
    List<String> command = java.option("-jar").run(bench.checkout().serviceJar(module).toString());
    URI ready = local(management).resolve("/actuator/health/readiness");
    return start(new Definition(module, port, command, environment, folder, ready));
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
    URI ready = local(port).resolve("/ready");
    return start(new Definition(name, port, command, Map.of(), folder, ready));
  }

  private static BenchServer start(Definition server) {
    ServerProcess process =
        ServerProcess.start(server, server.directory().resolve(server.name() + ".log"));
    Runtime.getRuntime().addShutdownHook(new Thread(process::kill));
    var started = new BenchServer(process, server);
    try {
      process.awaitReady(READY);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  public URI uri() {
    return local(server.port());
  }

  /** Where a service tells its metrics. */
  public URI management() {
    return server.ready().resolve("/");
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
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
      URI ready)
      implements Server {
    Definition {
      command = new ArrayList<>(command);
    }

    @Override
    public boolean isReady() {
      return HttpProbe.status(ready) == 200;
    }
  }
}
