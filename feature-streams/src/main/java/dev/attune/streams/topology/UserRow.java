package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the users store keeps: core's state, and the receipt time of the event at its position,
 * which a score asked for later still has to tell.
 */
record UserRow(long receivedAt, UserState state) {

  static @Nullable UserRow fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long receivedAt = buffer.getLong();
    byte[] state = new byte[buffer.remaining()];
    buffer.get(state);
    return new UserRow(receivedAt, UserState.fromBytes(state));
  }

  byte[] toBytes() {
    byte[] bytes = state.toBytes();
    return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(receivedAt).put(bytes).array();
  }
}
