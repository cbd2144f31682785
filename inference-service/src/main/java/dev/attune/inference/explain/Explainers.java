package dev.attune.inference.explain;

import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Explainers of published versions, also of those that no longer serve: decisions outlive models.
 */
@Component
final class Explainers {

  /** Decisions that people look at are recent; an explainer weighs some megabytes. */
  private static final int KEPT = 2;

  private final ModelRegistry registry;
  private final Map<String, Explainer> byVersion =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Explainer> eldest) {
          return size() > KEPT;
        }
      };

  Explainers(ModelRegistry registry) {
    this.registry = registry;
  }

  synchronized Explainer of(String version) throws ModelException {
    Explainer known = byVersion.get(version);
    if (known == null) {
      known = Explainer.load(registry.published(version));
      byVersion.put(version, known);
    }
    return known;
  }
}
