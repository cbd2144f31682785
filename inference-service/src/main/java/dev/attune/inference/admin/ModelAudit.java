package dev.attune.inference.admin;

import dev.attune.inference.access.RestCaller;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Records who switches models. */
@Component
final class ModelAudit {
  private final AuditLog log;

  ModelAudit(AuditLog log) {
    this.log = log;
  }

  /**
   * Returns when the record is written: only then may the switch be made.
   *
   * @param action such as {@code model_promote}
   * @param version null: none is named
   * @param reason null: none is given
   * @throws AuditException when it can't be written
   */
  void allow(
      HttpServletRequest request, String action, @Nullable String version, @Nullable String reason)
      throws AuditException {
    Actor actor =
        Actor.of(
            RestCaller.key(request),
            request.getHeader(Actor.ON_BEHALF_OF),
            request.getRemoteAddr());
    String subject = version == null ? null : "model:" + version;
    log.record(new Act(actor, action, Act.Outcome.ALLOWED, subject, reason));
  }
}
