package dev.attune.core.user;

import dev.attune.schemas.Position;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** All that is kept of one user: one row. */
public final class UserState {

  private final Position position;
  private final @Nullable String userId;

  UserState(@Nullable String userId, Position position) {
    this.userId = userId;
    this.position = position;
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(17)
        .put((byte) 1)
        .putInt(position.epoch())
        .putInt(position.partition())
        .putLong(position.offset())
        .array();
  }

  public static UserState fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    return new UserState(null, new Position(in.getInt(), in.getInt(), in.getLong()));
  }

  /** Position of the last event applied, whatever became of it. */
  public Position position() {
    return position;
  }

  /**
   * Receipt time at which the open session has been silent for the gap; empty when none is open.
   */
  public OptionalLong sessionDeadline() {
    return OptionalLong.empty();
  }

  /** The time of the user's newest event; Long.MIN_VALUE before the first. */
  public long newestMillis() {
    return Long.MIN_VALUE;
  }

  public List<String> segments() {
    return List.of();
  }

  /** True after an erasure, until the next event. */
  public boolean isErased() {
    return false;
  }

  @Nullable String userId() {
    return userId;
  }
}
