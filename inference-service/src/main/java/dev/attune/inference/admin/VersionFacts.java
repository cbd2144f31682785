package dev.attune.inference.admin;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.PromotionGates;
import dev.attune.core.scoring.RolloutProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What versions say of themselves. A published version never changes, so each is read once. A
 * version that can't be read is tried again each time.
 */
final class VersionFacts {
  private final ModelRegistry registry;
  private final Map<String, Facts> known = new ConcurrentHashMap<>();

  VersionFacts(ModelRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param created RFC 3339; empty: not told
   * @param dataFrom time of the first row, RFC 3339; empty: trained elsewhere
   * @param dataTo time of the last row
   * @param metrics what the evaluation measured, by name; shares are 0 to 1
   * @param gateFailures why it must not go live now; empty: all gates passed
   * @param comparedWith the version that was live when it was made, and that it is better than;
   *     null: it was compared with none
   * @param needs what it has to pass before it goes live, beside its gates
   * @param remote where it is served; null: here
   * @param hasReport whether training left a page about it
   * @param broken why it can't be read; null: it can
   */
  record Facts(
      String created,
      String dataFrom,
      String dataTo,
      int trainingRows,
      int evaluationRows,
      Map<String, Double> metrics,
      List<String> gateFailures,
      @Nullable String comparedWith,
      List<RolloutProgress.Step> needs,
      @Nullable String remote,
      boolean hasReport,
      @Nullable String broken) {
    private static Facts of(Path bundle) throws ModelException {
      ModelManifest manifest = BundleFiles.manifest(bundle);
      ModelManifest.DataRange data = manifest.data();
      ModelManifest.Remote remote = manifest.remote();
      return new Facts(
          manifest.created(),
          data.from(),
          data.to(),
          data.trainingRows(),
          data.evaluationRows(),
          manifest.metrics(),
          manifest.gateFailures(),
          manifest.comparedWith(),
          manifest.needs(),
          remote == null ? null : remote.target(),
          Files.isRegularFile(bundle.resolve(ReportController.FILE)),
          null);
    }

    static Facts broken(String reason) {
      return new Facts("", "", "", 0, 0, Map.of(), List.of(), null, List.of(), null, false, reason);
    }

    private Facts at(String version, PromotionGates gates) {
      return new Facts(
          created,
          dataFrom,
          dataTo,
          trainingRows,
          evaluationRows,
          metrics,
          gates.failuresForAll(
              new PromotionGates.Claims(version, gateFailures, comparedWith, needs)),
          comparedWith,
          needs,
          remote,
          hasReport,
          broken);
    }
  }

  /**
   * @param gates of now
   */
  Facts of(String version, PromotionGates gates) {
    return read(version).at(version, gates);
  }

  private Facts read(String version) {
    Facts facts = known.get(version);
    if (facts != null) {
      return facts;
    }
    try {
      Facts read = Facts.of(registry.published(version));
      known.put(version, read);
      return read;
    } catch (ModelException e) {
      return Facts.broken(String.valueOf(e.getMessage()));
    }
  }
}
