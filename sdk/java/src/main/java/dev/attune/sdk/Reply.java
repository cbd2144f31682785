package dev.attune.sdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reply of the response API. What the service's OpenAPI document calls optional is an {@link
 * Optional} here. Fields that a newer service adds are in {@link #fields()}.
 */
public final class Reply {
  private final Map<String, @Nullable Object> fields;

  Reply(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  public String decisionId() {
    return text(fields, "decisionId");
  }

  public String text() {
    return text(fields, "text");
  }

  public String templateId() {
    return text(fields, "templateId");
  }

  /** Buttons to show below the text, in order. */
  public List<QuickReply> quickReplies() {
    List<QuickReply> all = new ArrayList<>();
    if (fields.get("quickReplies") instanceof List) {
      for (Object each : (List<?>) fields.get("quickReplies")) {
        if (each instanceof Map) {
          all.add(new QuickReply((Map<?, ?>) each));
        }
      }
    }
    return all;
  }

  /** Where to pass the user on to, if the playbook says so. */
  public Optional<Handoff> handoff() {
    return object("handoff").map(Handoff::new);
  }

  public boolean personalized() {
    return Boolean.TRUE.equals(fields.get("personalized"));
  }

  /** Why this reply: {@code rule:<name>}, or why it is the generic one: {@code no_prediction}. */
  public String reason() {
    return text(fields, "reason");
  }

  public Optional<String> experiment() {
    return optional(fields, "experiment");
  }

  public Optional<String> variant() {
    return optional(fields, "variant");
  }

  /** What the user is predicted to want; empty without a prediction. */
  public Optional<Intent> intent() {
    return object("intent").map(Intent::new);
  }

  /** The user's segments; empty without a prediction. */
  public List<String> segments() {
    List<String> all = new ArrayList<>();
    if (fields.get("segments") instanceof List) {
      ((List<?>) fields.get("segments")).forEach(each -> all.add(String.valueOf(each)));
    }
    return all;
  }

  /** The model that predicted; empty without a prediction. */
  public Optional<Model> model() {
    return object("model").map(Model::new);
  }

  /** How new the prediction is; empty without one. */
  public Optional<Freshness> freshness() {
    return object("freshness").map(Freshness::new);
  }

  /** The whole answer: maps, lists, strings, doubles, booleans. */
  public Map<String, @Nullable Object> fields() {
    return fields;
  }

  private Optional<Map<?, ?>> object(String name) {
    Object value = fields.get(name);
    return value instanceof Map ? Optional.of((Map<?, ?>) value) : Optional.empty();
  }

  private static String text(Map<?, ?> fields, String name) {
    return String.valueOf(fields.get(name));
  }

  private static Optional<String> optional(Map<?, ?> fields, String name) {
    Object value = fields.get(name);
    return value instanceof String ? Optional.of((String) value) : Optional.empty();
  }

  private static double number(Map<?, ?> fields, String name) {
    Object value = fields.get(name);
    return value instanceof Number ? ((Number) value).doubleValue() : 0;
  }

  /** A button. */
  public static final class QuickReply {
    private final Map<?, ?> fields;

    private QuickReply(Map<?, ?> fields) {
      this.fields = fields;
    }

    public String label() {
      return Reply.text(fields, "label");
    }

    /** What {@link Event#quickReplyUsed} tells when it is pressed. */
    public String value() {
      return Reply.text(fields, "value");
    }
  }

  /** Where to pass the user on to. */
  public static final class Handoff {
    private final Map<?, ?> fields;

    private Handoff(Map<?, ?> fields) {
      this.fields = fields;
    }

    public String to() {
      return Reply.text(fields, "to");
    }

    /** For the person who takes over; empty with a write key, since only servers are told it. */
    public Optional<String> note() {
      return Reply.optional(fields, "note");
    }
  }

  /** The likeliest label of a prediction. */
  public static final class Intent {
    private final Map<?, ?> fields;

    private Intent(Map<?, ?> fields) {
      this.fields = fields;
    }

    public String label() {
      return Reply.text(fields, "label");
    }

    /** 0 to 1. */
    public double probability() {
      return Reply.number(fields, "probability");
    }
  }

  /** A model's name and version. */
  public static final class Model {
    private final Map<?, ?> fields;

    private Model(Map<?, ?> fields) {
      this.fields = fields;
    }

    public String name() {
      return Reply.text(fields, "name");
    }

    public String version() {
      return Reply.text(fields, "version");
    }
  }

  /** How new a prediction is. */
  public static final class Freshness {
    private final Map<?, ?> fields;

    private Freshness(Map<?, ?> fields) {
      this.fields = fields;
    }

    /** The newest event that the prediction includes. */
    public String eventToken() {
      return Reply.text(fields, "eventToken");
    }

    /** Whether the prediction includes the event that the request asked for. */
    public boolean caughtUp() {
      return Boolean.TRUE.equals(fields.get("caughtUp"));
    }

    /** Milliseconds since the prediction's event was received. */
    public long ageMs() {
      return (long) Reply.number(fields, "ageMs");
    }

    /** Present only if something is wrong with the token that was asked for. */
    public Optional<String> warning() {
      return Reply.optional(fields, "warning");
    }
  }
}
