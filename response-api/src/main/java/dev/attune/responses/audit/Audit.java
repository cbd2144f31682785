package dev.attune.responses.audit;

import dev.attune.http.Problem;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.responses.access.Caller;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** Records what a caller is about to do. */
@Component
public class Audit {
  private final AuditLog log;

  Audit(AuditLog log) {
    this.log = log;
  }

  /**
   * Returns when the record is written: only then may it be done.
   *
   * @param action such as {@code erase}
   * @param userHash the keyed hash of the user whom it concerns
   * @throws Problem {@code unavailable} when it can't be written
   */
  public void allow(Caller caller, ServerHttpRequest request, String action, String userHash) {
    allow(caller, request, action, userHash, null);
  }

  /**
   * The same with more to say.
   *
   * @param detail such as {@code receipt <id>}
   */
  public void allow(
      Caller caller,
      ServerHttpRequest request,
      String action,
      String userHash,
      @Nullable String detail) {
    record(actor(caller, request), action, "user:" + userHash, detail);
  }

  /** The same where it concerns many users. */
  public void allow(Caller caller, ServerHttpRequest request, String action) {
    record(actor(caller, request), action, null, null);
  }

  /**
   * The same of something that isn't a user, by an actor who is kept with it.
   *
   * @param subject such as {@code experiment:<id>}
   * @param detail before, after and why
   */
  public void allow(Actor actor, String action, String subject, String detail) {
    record(actor, action, subject, detail);
  }

  /** Who asks. */
  public Actor actor(Caller caller, ServerHttpRequest request) {
    return Actor.of(
        caller.name(), request.getHeaders().getFirst(Actor.ON_BEHALF_OF), address(request));
  }

  private void record(
      Actor actor, String action, @Nullable String subject, @Nullable String detail) {
    try {
      log.record(new Act(actor, action, Act.Outcome.ALLOWED, subject, detail));
    } catch (AuditException e) {
      throw Problem.unavailable("The audit log could not be written, so nothing was done.");
    }
  }

  private static @Nullable String address(ServerHttpRequest request) {
    InetSocketAddress peer = request.getRemoteAddress();
    return peer == null || peer.getAddress() == null ? null : peer.getAddress().getHostAddress();
  }
}
