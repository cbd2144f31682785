package dev.attune.core.user;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.segment.SegmentSet;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one way an event changes a user. Immutable and thread-safe; states are not shared. */
public final class UserEngine {

  private final FeatureSet features;
  private final SegmentSet segments;
  private final SessionPolicy sessions;

  public UserEngine(FeatureSet features, SegmentSet segments, SessionPolicy sessions) {
    this.features = features;
    this.segments = segments;
    this.sessions = sessions;
  }

  /** Applies an event. The given state must not be used afterwards. */
  public Step apply(@Nullable UserState state, InteractionEvent event, Position position) {
    var next = new UserState(event.getUserId(), position);
    return step(next, Disposition.COUNTED);
  }

  /** Closes the sessions whose gap has passed by receipt time. */
  public Step expire(UserState state, long receiptNowMillis) {
    return step(state, Disposition.COUNTED);
  }

  /** Features as of a time not before the user's newest event. */
  public FeatureRow read(UserState state, long asOfMillis) {
    double[] numbers = new double[count(ColumnKind.NUMBER)];
    Arrays.fill(numbers, Double.NaN);
    TokenBag[] tokens = new TokenBag[count(ColumnKind.TOKENS)];
    Arrays.fill(tokens, TokenBag.EMPTY);
    return new FeatureRow(features.id(), numbers, new String[count(ColumnKind.CATEGORY)], tokens);
  }

  private Step step(UserState state, Disposition disposition) {
    FeatureRow row = read(state, state.newestMillis());
    List<String> members = segments.members(row, state.segments());
    return new Step(state, disposition, row, members, List.of(), List.of());
  }

  private int count(ColumnKind kind) {
    return (int) features.columns().stream().filter(c -> c.kind() == kind).count();
  }

  /** How sessions end. */
  public SessionPolicy sessionPolicy() {
    return sessions;
  }
}
