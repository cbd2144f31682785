package dev.attune.core.user;

import dev.attune.core.feature.Events;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Problems;
import dev.attune.core.playbook.YamlNode;
import dev.attune.core.segment.SegmentSet;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One user's life under given features; every step goes through the encoded row. */
public final class Run {

  public final FeatureSet features;
  public final UserEngine engine;
  public final List<Session> sessions = new ArrayList<>();
  public final List<SegmentChange> changes = new ArrayList<>();
  public final List<Disposition> dispositions = new ArrayList<>();
  public byte @Nullable [] row;
  private long offset;

  public Run(FeatureSet features, SegmentSet segments, SessionPolicy sessions) {
    this.features = features;
    this.engine = new UserEngine(features, segments, sessions);
  }

  public static Run of(String features) {
    return of(features, "segments: {}");
  }

  public static Run of(String featuresYaml, String segmentsYaml) {
    var problems = new Problems();
    YamlNode root = YamlNode.parse("features.yaml", featuresYaml, problems);
    FeatureSet features = FeatureSet.parse(root);
    SessionPolicy sessions = SessionPolicy.parse(root.get("session"));
    SegmentSet segments =
        SegmentSet.parse(YamlNode.parse("segments.yaml", segmentsYaml, problems), features);
    problems.throwIfAny();
    return new Run(features, segments, sessions);
  }

  public Run with(InteractionEvent... events) {
    for (InteractionEvent event : events) {
      apply(event);
    }
    return this;
  }

  public Run with(List<InteractionEvent> events) {
    events.forEach(this::apply);
    return this;
  }

  public Step apply(InteractionEvent event) {
    UserState state = row == null ? null : UserState.fromBytes(row);
    Step step = engine.apply(state, event, new Position(0, 0, offset++));
    row = step.state().toBytes();
    sessions.addAll(step.sessions());
    changes.addAll(step.segmentChanges());
    dispositions.add(step.disposition());
    return step;
  }

  public Step expire(long at) {
    Step step = engine.expire(state(), Events.DAY_ONE + at);
    row = step.state().toBytes();
    sessions.addAll(step.sessions());
    return step;
  }

  public UserState state() {
    if (row == null) {
      throw new IllegalStateException("no event yet");
    }
    return UserState.fromBytes(row);
  }

  public FeatureRow read() {
    UserState state = state();
    return engine.read(state, state.newestMillis());
  }

  public Map<String, @Nullable Object> values() {
    return read().named(features);
  }

  public Map<String, @Nullable Object> valuesAt(long at) {
    return engine.read(state(), Events.DAY_ONE + at).named(features);
  }

  /** A number that must be there. */
  public double number(String feature) {
    return (Double) Objects.requireNonNull(values().get(feature));
  }

  public double numberAt(String feature, long at) {
    return (Double) Objects.requireNonNull(valuesAt(at).get(feature));
  }

  public @Nullable Object value(String feature) {
    return values().get(feature);
  }
}
