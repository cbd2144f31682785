package dev.attune.kafka.audit;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotChange;
import dev.attune.core.scoring.SlotChange.Move;
import dev.attune.core.scoring.SlotPlans;
import dev.attune.kafka.audit.VersionStep.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How somebody changes who scores whom, at the command line and over HTTP: the change is judged,
 * recorded, and then made. A refusal is recorded with its reason.
 */
public final class AuditedSlots {
  private final ModelRegistry registry;
  private final Records records;

  /**
   * @param registry whose slots take only versions that know today's segments
   */
  public AuditedSlots(ModelRegistry registry, Records records) {
    this.registry = registry;
    this.records = records;
  }

  /** Where acts and what they do to versions are kept. */
  public interface Records {
    /**
     * @throws AuditException when they aren't kept: then the act must not be done
     */
    void record(Act act, List<VersionStep> steps) throws AuditException;
  }

  /** What is asked of the registry. */
  public interface Plan {
    /**
     * @throws ModelException when it is refused
     */
    SlotChange in(SlotPlans plans) throws ModelException;
  }

  /**
   * What somebody wants.
   *
   * @param act as it is recorded when it is let through
   * @param version null: that of a slot
   * @param slot that the version is to get; null: none
   * @param despiteGates whether its gates aren't asked
   * @param why in the words of whoever wants it; null: none are given
   */
  public record Request(
      Act act,
      @Nullable String version,
      @Nullable Step slot,
      boolean despiteGates,
      @Nullable String why) {
    private Act refused(ModelException why) {
      return new Act(
          act.actor(), act.action(), Act.Outcome.REFUSED, act.subject(), why.getMessage());
    }
  }

  /**
   * Returns when it is done.
   *
   * @throws ModelException when it is refused, which is recorded
   * @throws AuditException when it can't be recorded: then it is not done
   */
  public void change(Request request, Plan plan) throws ModelException, AuditException {
    try {
      SlotChange change = plan.in(registry.plans());
      records.record(
          request.act, change.moves().stream().map(move -> step(request, move)).toList());
      var unused = change.make();
    } catch (ModelException e) {
      records.record(request.refused(e), refused(request, e));
      throw e;
    }
  }

  private VersionStep step(Request request, Move move) {
    if (!move.enters()) {
      return VersionStep.of(move.version(), move.slot(), Verdict.LEFT, Map.of(), request.why);
    }
    Map<String, Double> figures = new HashMap<>(measured(move.version()).orElse(Map.of()));
    figures.putAll(move.figures());
    Verdict verdict = request.despiteGates ? Verdict.OVERRIDDEN : Verdict.ENTERED;
    return VersionStep.of(move.version(), move.slot(), verdict, figures, request.why);
  }

  /** Nothing where there is no such version. */
  private List<VersionStep> refused(Request request, ModelException why) {
    if (request.version == null || request.slot == null) {
      return List.of();
    }
    String version = request.version;
    Step slot = request.slot;
    return measured(version).stream()
        .map(figures -> VersionStep.of(version, slot, Verdict.FAILED, figures, why.getMessage()))
        .toList();
  }

  /** What the gates judged by; empty: there is no such version, or none that can be believed. */
  private Optional<Map<String, Double>> measured(String version) {
    try {
      return Optional.of(BundleFiles.manifest(registry.published(version)).metrics());
    } catch (ModelException unreadable) {
      return Optional.empty();
    }
  }
}
