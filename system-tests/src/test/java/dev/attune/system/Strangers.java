package dev.attune.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.access.UserSignature;
import dev.attune.local.infra.RawRequests;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The hands of an {@link Attack}: raw requests and connections that are held, for some time. */
final class Strangers implements AutoCloseable {
  private static final String IDENTITY_SECRET = "local-identity-secret";

  private final URI gateway;
  private final URI responses;
  private final long end;
  private final List<Socket> held = new ArrayList<>();

  private Strangers(StackSettings stack, Duration time) {
    this.gateway = URI.create(stack.gatewayUrl());
    this.responses = URI.create(stack.responsesUrl());
    this.end = System.nanoTime() + time.toNanos();
  }

  /** Runs the attack for so long. */
  static void attack(Attack attack, StackSettings stack, Duration time) {
    try (Strangers strangers = new Strangers(stack, time)) {
      attack.run(strangers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The head of a request with events and the public key, then its body or some of it. */
  static String events(String headers, String body) {
    return "POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
        + LocalKeys.WRITE
        + "\r\nContent-Type: application/json\r\n"
        + headers
        + "\r\n"
        + body;
  }

  /** Of a visitor whom the chatbot's server has signed. */
  static String signed(String path, String user) {
    Instant expiry = Instant.now().plus(Duration.ofMinutes(5));
    return "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer %s\r\n%s: %s\r\n\r\n"
        .formatted(
            path,
            LocalKeys.WRITE,
            UserSignature.HEADER,
            UserSignature.sign(IDENTITY_SECRET, user, expiry));
  }

  URI gateway() {
    return gateway;
  }

  URI responses() {
    return responses;
  }

  List<URI> servers() {
    return List.of(gateway, responses);
  }

  boolean goOn() {
    return System.nanoTime() < end;
  }

  void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  void stay() {
    while (goOn()) {
      pause(50);
    }
  }

  /** Sends a request, the connection of which must be answered with one of these and closed. */
  void ask(URI server, String request, Integer... statuses) throws IOException {
    String answer = RawRequests.send(server, request);
    String[] words = answer.split(" ", 3);
    assertThat(words.length > 1 ? Integer.valueOf(words[1]) : 0)
        .as(answer)
        .isIn((Object[]) statuses);
  }

  /** Opens a connection, sends this, and keeps it; a server may have closed it in between. */
  void hold(URI server, String text) throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    held.add(socket);
    send(socket, text);
  }

  /** Sends this on each connection that is held. */
  void drip(String text) {
    held.forEach(socket -> send(socket, text));
  }

  private static void send(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (IOException cutOff) {
      // as it should be
    }
  }

  /** Lets go what is held. */
  void leave() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
    held.clear();
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
