package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.util.Arrays;

/**
 * The event ids that were counted within the last 24 h of receipt: 40 bits of each id's hash, in
 * order of receipt, grouped by hour. At most {@value #MOST} are kept; when there are more the
 * oldest is forgotten, and counted.
 *
 * <p>A new id is taken for one of {@code n} known ones with probability {@code 1 − (1 − 2^−40)^n ≈
 * n / 2^40}: one event in 11 billion of a user with 100 events a day, one in 270 million with
 * 4,096. A row is read and written with every event, so each byte here is paid for by all of them.
 */
final class SeenIds {
  static final int MOST = 4_096;
  private static final int KEPT_HOURS = 24;
  private static final long HOUR = 3_600_000;
  private static final int WIDTH = 5;

  /** Of rows of version 2, whose ids had one more byte of the hash at their end. */
  static final int OLD_WIDTH = 6;

  private byte[] ids;
  private int size;
  private long[] hours;
  private int[] counts;
  private int buckets;

  SeenIds() {
    this(8, 2);
  }

  private SeenIds(int idRoom, int hourRoom) {
    ids = new byte[WIDTH * idRoom];
    hours = new long[hourRoom];
    counts = new int[hourRoom];
  }

  boolean contains(long hash) {
    byte b0 = (byte) hash;
    byte b1 = (byte) (hash >>> 8);
    for (int at = 0; at < size * WIDTH; at += WIDTH) {
      if (ids[at] == b0 && ids[at + 1] == b1 && matches(at, hash)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(int at, long hash) {
    for (int i = 2; i < WIDTH; i++) {
      if (ids[at + i] != (byte) (hash >>> (8 * i))) {
        return false;
      }
    }
    return true;
  }

  /** Forgets what was received more than 24 h (rounded up to the hour) before. */
  void expire(long receivedAt) {
    long oldest = Math.floorDiv(receivedAt, HOUR) - KEPT_HOURS;
    int gone = 0;
    int expired = 0;
    while (expired < buckets && hours[expired] < oldest) {
      gone += counts[expired++];
    }
    if (expired > 0) {
      buckets -= expired;
      System.arraycopy(hours, expired, hours, 0, buckets);
      System.arraycopy(counts, expired, counts, 0, buckets);
      dropIds(gone);
    }
  }

  /** Returns how many ids had to be forgotten too early. */
  int add(long hash, long receivedAt) {
    int forgotten = 0;
    if (size == MOST) {
      forgetOldest();
      forgotten = 1;
    }
    if (ids.length < (size + 1) * WIDTH) {
      ids = Arrays.copyOf(ids, ids.length * 2 + WIDTH);
    }
    for (int i = 0; i < WIDTH; i++) {
      ids[size * WIDTH + i] = (byte) (hash >>> (8 * i));
    }
    size++;
    count(Math.floorDiv(receivedAt, HOUR));
    return forgotten;
  }

  private void count(long hour) {
    if (buckets > 0 && hours[buckets - 1] >= hour) {
      counts[buckets - 1]++;
      return;
    }
    if (buckets == hours.length) {
      hours = Arrays.copyOf(hours, buckets * 2);
      counts = Arrays.copyOf(counts, buckets * 2);
    }
    hours[buckets] = hour;
    counts[buckets++] = 1;
  }

  private void forgetOldest() {
    if (--counts[0] == 0) {
      buckets--;
      System.arraycopy(hours, 1, hours, 0, buckets);
      System.arraycopy(counts, 1, counts, 0, buckets);
    }
    dropIds(1);
  }

  private void dropIds(int gone) {
    size -= gone;
    System.arraycopy(ids, gone * WIDTH, ids, 0, size * WIDTH);
  }

  int size() {
    return size;
  }

  void write(ByteWriter out) {
    out.varint(buckets);
    long previous = 0;
    for (int i = 0; i < buckets; i++) {
      out.zigzag(hours[i] - previous);
      out.varint(counts[i]);
      previous = hours[i];
    }
    out.raw(ids, 0, size * WIDTH);
  }

  static SeenIds read(ByteReader in) {
    return read(in, WIDTH);
  }

  static SeenIds read(ByteReader in, int width) {
    int buckets = (int) in.varint();
    var seen = new SeenIds(0, buckets + 2);
    seen.buckets = buckets;
    long hour = 0;
    for (int i = 0; i < buckets; i++) {
      hour += in.zigzag();
      seen.hours[i] = hour;
      seen.counts[i] = (int) in.varint();
      seen.size += seen.counts[i];
    }
    seen.ids = new byte[(seen.size + 4) * width];
    in.raw(seen.ids, seen.size * width);
    for (int i = 1; i < seen.size && width > WIDTH; i++) {
      System.arraycopy(seen.ids, i * width, seen.ids, i * WIDTH, WIDTH);
    }
    return seen;
  }
}
