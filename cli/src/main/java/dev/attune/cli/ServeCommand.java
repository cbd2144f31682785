package dev.attune.cli;

import dev.attune.core.scoring.ModelException;
import dev.attune.training.UserFault;
import dev.attune.training.serve.XgboostServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    description = "Serves a model that only XGBoost itself can predict, until it is stopped.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ServeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A folder with manifest.json and a model file.")
  private Path dir;

  @Option(names = "--address", defaultValue = "127.0.0.1", description = "Where it listens.")
  private String address;

  @Option(names = "--port", defaultValue = "8001", description = "Its gRPC port.")
  private int port;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws ModelException, InterruptedException {
    String given = System.getenv("ATTUNE_REMOTE_MODEL_SECRET");
    String secret = given == null ? "" : given.strip();
    var socket = new InetSocketAddress(address, port);
    if (secret.isEmpty() && (socket.isUnresolved() || !socket.getAddress().isLoopbackAddress())) {
      throw new UserFault(
          "Set ATTUNE_REMOTE_MODEL_SECRET, here and for inference-service, to listen elsewhere.");
    }
    try (XgboostServer server = XgboostServer.start(dir, socket, secret)) {
      command.commandLine().getOut().println("Serving " + dir + " at port " + server.port() + ".");
      command.commandLine().getOut().flush();
      server.awaitEnd();
    } catch (IOException e) {
      throw new UserFault("Nothing can listen at " + socket + ": " + e.getMessage(), e);
    }
    return 0;
  }
}
