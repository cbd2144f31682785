package dev.attune.streams.bench.features;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * People who chat: so many at a time, each with so many events, in random turn, a quarter of a
 * minute between two of one's own. Then others come. By the events' clock so much time passes in
 * between that each of a thousand users is back after a day and a half on average, whatever the
 * number of users; so a user's row looks the same with many and with few.
 */
final class ChatEvents {
  /** Ids of one length, so that a row can be copied under another's. */
  private static final int FIRST_USER = 1_000_000;

  private static final int FEW = 1_000;
  private static final long ABSENCE_OF_FEW = 36 * 3_600_000L;
  private static final int PAUSE = 15_000;

  private final Random random;
  private final ShopEvents shop;
  private final int users;
  private final int atATime;
  private final int eventsAVisit;
  private int[] present = {};
  private int[] left = {};
  private int remaining;
  private int wave;
  private long now;

  /**
   * @param atATime users who chat at the same time, at most half of all
   * @param start epoch milliseconds
   */
  ChatEvents(int users, int atATime, int eventsAVisit, long start, long seed) {
    this.random = new Random(seed);
    this.shop = new ShopEvents(0, seed);
    this.users = users;
    this.atATime = atATime;
    this.eventsAVisit = eventsAVisit;
    this.now = start;
  }

  static String userId(int user) {
    return "user-" + (FIRST_USER + user);
  }

  /** Epoch milliseconds of the last event. */
  long now() {
    return now;
  }

  InteractionEvent next() {
    if (remaining == 0) {
      othersCome();
    }
    int turn = random.nextInt(remaining);
    int user = present[turn];
    if (--left[turn] == 0) {
      remaining--;
      present[turn] = present[remaining];
      left[turn] = left[remaining];
    }
    now += 1 + PAUSE / atATime;
    return shop.event(FIRST_USER + user, wave, now);
  }

  private void othersCome() {
    present = IntStream.generate(() -> random.nextInt(users)).distinct().limit(atATime).toArray();
    left = new int[atATime];
    Arrays.fill(left, eventsAVisit);
    remaining = atATime;
    wave++;
    now += ABSENCE_OF_FEW * atATime / FEW;
  }
}
