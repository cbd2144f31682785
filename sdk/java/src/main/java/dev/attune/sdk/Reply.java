package dev.attune.sdk;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reply of the response API: the common fields by name, all of them in {@link #fields()}. */
public final class Reply {
  private final Map<String, @Nullable Object> fields;

  Reply(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  public String decisionId() {
    return text("decisionId");
  }

  public String text() {
    return text("text");
  }

  public String reason() {
    return text("reason");
  }

  public boolean personalized() {
    return Boolean.TRUE.equals(fields.get("personalized"));
  }

  /** The whole answer as in the contract, section 4: maps, lists, strings, doubles, booleans. */
  public Map<String, @Nullable Object> fields() {
    return fields;
  }

  private String text(String name) {
    return String.valueOf(fields.get(name));
  }
}
