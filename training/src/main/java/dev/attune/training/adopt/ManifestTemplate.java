package dev.attune.training.adopt;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A manifest with everything the playbook knows; the rest is the model's. */
public final class ManifestTemplate {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ManifestTemplate() {}

  /** Numbers and segments as they are, categories one-hot without values yet, texts left out. */
  public static String of(Playbook playbook) {
    List<Map<String, Object>> encodings = new ArrayList<>();
    for (FeatureColumn column : playbook.features().columns()) {
      Map<String, Object> encoding = new LinkedHashMap<>();
      switch (column.kind()) {
        case NUMBER -> encoding.put("kind", "number");
        case CATEGORY -> {
          encoding.put("kind", "one_hot");
          encoding.put("values", List.of());
        }
        case TOKENS -> {
          continue;
        }
      }
      encoding.put("feature", column.name());
      encoding.put("index", column.index());
      encodings.add(encoding);
    }
    playbook.segments().definitionsByName().forEach((name, id) -> encodings.add(segment(name, id)));
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("name", playbook.training().model());
    manifest.put("version", "");
    manifest.put("featureSetId", playbook.features().id());
    manifest.put("labels", List.of());
    manifest.put("encodings", encodings);
    return JSON.writeValueAsString(manifest);
  }

  private static Map<String, Object> segment(String name, String definition) {
    Map<String, Object> encoding = new LinkedHashMap<>();
    encoding.put("kind", "segment");
    encoding.put("feature", Encoding.Segment.PREFIX + name);
    encoding.put("definition", definition);
    return encoding;
  }
}
