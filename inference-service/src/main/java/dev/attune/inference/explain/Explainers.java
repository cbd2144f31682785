package dev.attune.inference.explain;

import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ServedModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Explainers of published versions: of those in a slot with the trees that score, and of those that
 * no longer serve, since decisions outlive models.
 */
@Component
final class Explainers {
  /** Decisions that people look at are recent; an explainer weighs some megabytes. */
  private static final int KEPT = 2;

  private final ModelHost models;
  private final ModelRegistry registry;
  private final Map<String, Explainer> byVersion =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Explainer> eldest) {
          return size() > KEPT;
        }
      };

  Explainers(ModelHost models, ModelRegistry registry) {
    this.models = models;
    this.registry = registry;
  }

  /** Of the live version, where it can be explained. */
  Optional<Explainer> live() {
    return Optional.ofNullable(models.get().live()).flatMap(ServedModel::explainer);
  }

  Explainer of(String version) throws ModelException {
    Optional<Explainer> serving =
        models.get().loaded().stream()
            .filter(model -> model.version().equals(version))
            .findFirst()
            .flatMap(ServedModel::explainer);
    return serving.isPresent() ? serving.get() : former(version);
  }

  private synchronized Explainer former(String version) throws ModelException {
    Explainer known = byVersion.get(version);
    if (known == null) {
      known = Explainer.load(registry.published(version));
      byVersion.put(version, known);
    }
    return known;
  }
}
