package dev.attune.cli;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotPlans.Gates;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.AuditedSlots;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records which versions somebody makes at the command line and gives which slots, under the names
 * that the HTTP doors use. Versions are made and moved without a running stack too: then nothing
 * can be recorded, and that is said. An override is refused then.
 */
final class SlotAudit {
  private static final int REACH_MILLIS = 500;

  private final Terminal screen;
  private final Supplier<KafkaSettings> settings;
  private @Nullable String said;

  SlotAudit(Terminal screen) {
    this(screen, () -> KafkaEnvironment.settings(System.getenv()));
  }

  SlotAudit(Terminal screen, Supplier<KafkaSettings> settings) {
    this.screen = screen;
    this.settings = settings;
  }

  /**
   * What somebody asks for at the command line.
   *
   * @param action such as {@code model_promote}
   * @param version null: that of a slot
   * @param slot that it is to get; null: none
   * @param override why the gates don't count; null: they do
   */
  record Order(
      String action, @Nullable String version, @Nullable Step slot, @Nullable String override) {
    private AuditedSlots.Request request() {
      String done = override == null ? action : action + "_override";
      return SlotAudit.request(done, version, slot, override != null, override);
    }
  }

  /**
   * Changes who scores whom, and records it first.
   *
   * @throws ModelException when it is refused, which is recorded too
   */
  void change(ModelRegistry registry, Order order, AuditedSlots.Plan plan) throws ModelException {
    pass(registry, order.request(), plan, order.override != null);
  }

  /**
   * Makes a playbook's first version live whatever its gates say, and records why.
   *
   * @param why as an act's detail
   */
  void makeFirstLive(ModelRegistry registry, String version, String why) throws ModelException {
    pass(
        registry,
        request("model_promote", version, Step.LIVE, true, why),
        plans -> plans.promote(version, Gates.OVERRIDDEN),
        false);
  }

  /**
   * Publishes a playbook's changed features from now on.
   *
   * @param version goes live with them; null: the live one stays
   */
  void switchFeatures(ModelRegistry registry, String features, @Nullable String version)
      throws ModelException {
    Step slot = version == null ? null : Step.LIVE;
    pass(
        registry,
        request("features_switch", version, slot, false, "now with the features " + features),
        plans -> plans.switchFeatures(features, version),
        false);
  }

  private static AuditedSlots.Request request(
      String action,
      @Nullable String version,
      @Nullable Step slot,
      boolean despiteGates,
      @Nullable String why) {
    String subject = version == null ? null : "model:" + version;
    var act = new Act(CommandLineAudit.actor(), action, Act.Outcome.ALLOWED, subject, why);
    return new AuditedSlots.Request(act, version, slot, despiteGates, why);
  }

  private void pass(
      ModelRegistry registry,
      AuditedSlots.Request request,
      AuditedSlots.Plan plan,
      boolean isNeeded)
      throws ModelException {
    try {
      new AuditedSlots(registry, (act, steps) -> record(act, steps, isNeeded))
          .change(request, plan);
    } catch (AuditException e) {
      throw new UserFault("It isn't done, since it can't be recorded: " + e.getMessage() + ".", e);
    }
  }

  private void record(Act act, List<VersionStep> steps, boolean isNeeded) throws AuditException {
    boolean isRefused = act.outcome() == Act.Outcome.REFUSED;
    KafkaSettings kafka = settings.get();
    if (!isThere(kafka)) {
      if (isNeeded && !isRefused) {
        throw new UserFault(
            "An override is kept in the topic audit, and no Kafka answers at %s: ./attune up."
                .formatted(kafka.bootstrapServers()));
      }
      notRecorded("no Kafka answers");
      return;
    }
    try (AuditLog log = CommandLineAudit.log(kafka)) {
      log.record(act, steps);
    } catch (AuditException e) {
      if (!isRefused) {
        throw e;
      }
      // the reason for the refusal is what somebody has to read
      notRecorded(String.valueOf(e.getMessage()));
    }
  }

  /** What the gates said of a version that was made just now: it is there, recorded or not. */
  void made(List<VersionStep> steps) {
    KafkaSettings kafka = settings.get();
    if (!isThere(kafka)) {
      notRecorded("no Kafka answers");
      return;
    }
    try (AuditLog log = CommandLineAudit.log(kafka)) {
      log.record(CommandLineAudit.actor(), steps);
    } catch (AuditException e) {
      notRecorded(String.valueOf(e.getMessage()));
    }
  }

  private void notRecorded(String why) {
    String once = "Not recorded in the topics audit and model-steps: " + why + ".";
    if (!once.equals(said)) {
      said = once;
      screen.line(once);
    }
  }

  private static boolean isThere(KafkaSettings kafka) {
    return Arrays.stream(kafka.bootstrapServers().split(",")).anyMatch(SlotAudit::answers);
  }

  private static boolean answers(String server) {
    int colon = server.lastIndexOf(':');
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              server.substring(0, colon).strip(), Integer.parseInt(server.substring(colon + 1))),
          REACH_MILLIS);
      return true;
    } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
      return false;
    }
  }
}
