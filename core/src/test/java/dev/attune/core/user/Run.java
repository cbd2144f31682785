package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.Events;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One user's life under given features; every step goes through the encoded row, and must come out
 * the same for a state that stays decoded.
 */
public final class Run {
  public final FeatureSet features;
  public final UserEngine engine;
  public final List<Session> sessions = new ArrayList<>();
  public final List<SegmentChange> changes = new ArrayList<>();
  public final List<Disposition> dispositions = new ArrayList<>();
  public byte @Nullable [] row;
  private @Nullable UserState kept;
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

  /** Goes on from a row that another run left. */
  Run from(byte @Nullable [] written) {
    row = written;
    kept = state();
    return this;
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

  public UserUpdate apply(InteractionEvent event) {
    UserState state = row == null ? null : UserState.fromBytes(row);
    Position position = new Position(0, 0, offset++);
    UserUpdate step = engine.apply(state, event, position);
    row = step.state().toBytes();
    keepsUp(step, engine.apply(kept, event, position));
    sessions.addAll(step.sessions());
    changes.addAll(step.segmentChanges());
    dispositions.add(step.disposition());
    return step;
  }

  public UserUpdate expire(long at) {
    UserState state = state();
    UserUpdate step = engine.expire(state, Events.DAY_ONE + at);
    row = step.state().toBytes();
    keepsUp(step, engine.expire(Objects.requireNonNull(kept), Events.DAY_ONE + at));
    sessions.addAll(step.sessions());
    return step;
  }

  private void keepsUp(UserUpdate step, UserUpdate same) {
    kept = same.state();
    assertThat(same.row()).isEqualTo(step.row());
    assertThat(same.segments()).isEqualTo(step.segments());
    assertThat(same.segmentChanges()).isEqualTo(step.segmentChanges());
    assertThat(same.sessions()).isEqualTo(step.sessions());
    assertThat(kept.toBytes()).isEqualTo(row);
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
