package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The states of a scope's accumulators: a slot each, which is a range of bytes. A state stays
 * encoded until an event changes it, and is read where it lies. So an event pays for what it
 * changes, not for the whole row.
 */
public final class StateSlots {
  private static final byte[] NOTHING = new byte[0];

  private final byte[][] sources;
  private final int[] from;
  private final int[] to;

  /** Null while nobody asks for it. */
  private @Nullable BitSet changed;

  StateSlots(int count) {
    sources = new byte[count][];
    Arrays.fill(sources, NOTHING);
    from = new int[count];
    to = new int[count];
  }

  boolean isEmpty(int slot) {
    return from[slot] == to[slot];
  }

  ByteReader open(int slot, ByteReader reader) {
    reader.reset(sources[slot], from[slot], to[slot]);
    return reader;
  }

  /** A state as a row has it. */
  void load(int slot, byte[] source, int start, int end) {
    sources[slot] = source;
    from[slot] = start;
    to[slot] = end;
  }

  /** A state that an event has changed. */
  void put(int slot, byte[] state) {
    put(slot, state, true);
  }

  /** A state that is perhaps read as before. */
  void put(int slot, byte[] state, boolean isReadAnew) {
    load(slot, state, 0, state.length);
    if (isReadAnew && changed != null) {
      changed.set(slot);
    }
  }

  /** The slots that were put to since this was first asked for, or cleared by who asked. */
  BitSet changed() {
    if (changed == null) {
      changed = new BitSet(sources.length);
    }
    return changed;
  }

  void writeBlock(int slot, ByteWriter out) {
    out.block(sources[slot], from[slot], to[slot]);
  }
}
