package dev.attune.inference.drift;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.inference.model.ServedModel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The references of one version, where the features' values are, and what was seen since.
 *
 * @param moments types of the events whose rows it was trained on; none: any
 * @param references names of what has a reference of any age
 * @param numbers places of the features with a reference in a row's numbers
 * @param categories places in a row's categories
 * @param segments the segments with a reference
 * @param ages youngest first; empty in bundles of earlier versions
 */
record TrackedModel(
    String version,
    List<String> moments,
    Set<String> references,
    Map<String, Integer> numbers,
    Map<String, Integer> categories,
    List<Encoding.Segment> segments,
    List<AgeProfile> ages) {
  static final TrackedModel NONE = none("");

  private static TrackedModel none(String version) {
    return new TrackedModel(version, List.of(), Set.of(), Map.of(), Map.of(), List.of(), List.of());
  }

  /**
   * @param tiles how many make the window
   */
  static TrackedModel of(ServedModel live, int tiles) {
    ModelManifest manifest = live.manifest().orElse(null);
    if (manifest == null) {
      return none(live.version());
    }
    Set<String> references = references(manifest);
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, Integer> categories = new LinkedHashMap<>();
    for (Encoding encoding : manifest.encodings()) {
      if (references.contains(encoding.feature())) {
        switch (encoding) {
          case Encoding.Number number -> numbers.put(number.feature(), number.index());
          case Encoding.OneHot _, Encoding.Frequency _, Encoding.Target _ ->
              categories.put(encoding.feature(), encoding.index());
          case Encoding.Text _, Encoding.Sentence _, Encoding.Segment _ -> {}
        }
      }
    }
    return new TrackedModel(
        live.version(),
        manifest.data().moments(),
        references,
        numbers,
        categories,
        manifest.segments().stream().filter(s -> references.contains(s.feature())).toList(),
        manifest.referencesByAge().stream().map(age -> new AgeProfile(age, tiles)).toList());
  }

  private static Set<String> references(ModelManifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.references().stream().map(Reference::feature).forEach(names::add);
    manifest.referencesByAge().stream()
        .flatMap(age -> age.references().stream())
        .map(Reference::feature)
        .forEach(names::add);
    return names;
  }

  Optional<AgeProfile> at(long ageMillis) {
    return ages.stream().filter(age -> age.bucket().holds(ageMillis)).findFirst();
  }
}
