package dev.attune.inference.admin;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.inference.access.RestCaller;
import dev.attune.inference.scoring.SeenSegments;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.AuditedSlots;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Records who switches models and who was refused, and switches them. */
@Component
final class ModelAudit {
  private static final int LONGEST_REASON = 500;

  private final AuditedSlots slots;

  ModelAudit(ModelRegistry registry, SeenSegments segments, AuditLog log) {
    this.slots = new AuditedSlots(registry.publishing(segments), log::record);
  }

  /**
   * What somebody asks for.
   *
   * @param action such as {@code model_promote}
   * @param version null: none is named
   * @param slot that the version is to get; null: none
   * @param override a reason to leave the gates unasked; null or blank: they are asked
   * @param reason null or blank: none is given
   */
  record Order(
      String action,
      @Nullable String version,
      @Nullable Step slot,
      @Nullable String override,
      @Nullable String reason) {
    /** To end what a slot has. */
    static Order of(String action, @Nullable String reason) {
      return new Order(action, null, null, null, reason);
    }

    boolean isOverride() {
      return override != null && !override.isBlank();
    }

    private AuditedSlots.Request by(Actor actor) {
      String why = shortened(reason);
      String because = isOverride() && override != null ? override.strip() : null;
      String subject = version == null ? null : "model:" + version;
      return new AuditedSlots.Request(
          new Act(
              actor,
              because == null ? action : action + "_override",
              Act.Outcome.ALLOWED,
              because == null ? subject : subject + " because " + because,
              why),
          version,
          slot,
          because != null,
          because == null ? why : because);
    }

    private static @Nullable String shortened(@Nullable String reason) {
      if (reason == null || reason.isBlank()) {
        return null;
      }
      String text = reason.strip();
      return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }
  }

  /**
   * Returns when it is done.
   *
   * @throws ModelException when it is refused, which is recorded
   * @throws AuditException when it can't be recorded: then nothing is changed
   */
  void change(HttpServletRequest request, Order order, AuditedSlots.Plan plan)
      throws ModelException, AuditException {
    slots.change(
        order.by(
            Actor.of(
                RestCaller.key(request),
                request.getHeader(Actor.ON_BEHALF_OF),
                request.getRemoteAddr())),
        plan);
  }
}
