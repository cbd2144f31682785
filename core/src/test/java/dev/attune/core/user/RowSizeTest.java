package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.Events;
import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.QuickReplyUsed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bytes of state a user. */
class RowSizeTest {
  private static final int USERS = 100;

  /** Events of somebody who means harm, at a user's limit some half a minute's. */
  private static final int HOSTILE = 800;

  /** What docs/features.md promises. */
  private static final int BOUND = 130_000;

  private final UserEngine support = Playbook.load(Path.of("../playbooks/support")).engine();

  @Test
  void staysWithinFourKilobytesForNinetyNineUsersInAHundred() {
    int[] sizes = new int[USERS];
    for (int user = 0; user < USERS; user++) {
      // from a first visit to four hundred events, most of them within a day
      sizes[user] = rowAfter(new RandomLife(user).events(4 + user * 4)).length;
    }
    Arrays.sort(sizes);

    assertThat(sizes[USERS * 99 / 100 - 1]).isLessThanOrEqualTo(4_096);
  }

  /** Somebody who never stops costs a bounded row: ids, tiles and kept events all have a limit. */
  @Test
  void isBoundedForTheBusiestUser() {
    InteractionEvent[] events = new InteractionEvent[6_000];
    for (int i = 0; i < events.length; i++) {
      events[i] = i % 2 == 0 ? Events.click(i * 1_000L, "e" + i) : Events.page(i * 1_000L, "/" + i);
    }

    byte[] row = rowAfter(List.of(events));

    assertThat(row.length).isLessThan(SeenIds.MOST * 5 + 8_192);
  }

  /** 280 events a day in fourteen visits, with the ids that SDKs and replies make. */
  @Test
  void staysWithinFourKilobytesForAFrequentVisitor() {
    byte[] row = rowAfter(visits(14, 20, 20, "refund", "/orders/"));

    assertThat(row.length).isLessThanOrEqualTo(4_096);
  }

  /** Whoever fills every list of every session on purpose, with letters of three bytes. */
  @Test
  void isBoundedForAHostileUser() {
    byte[] row = rowAfter(visits(60, 100, 10, "返".repeat(60), "金".repeat(200)));

    assertThat(row.length).isLessThan(BOUND);
  }

  /** Clients say when something happened: at one time there are as many sessions as they like. */
  @Test
  void isBoundedForSessionsAtTheSameTime() {
    var events = new ArrayList<InteractionEvent>();
    for (int i = 0; i < HOSTILE; i++) {
      events.add(Events.in("返".repeat(120) + i, Events.click(0, "track")));
    }

    assertThat(rowAfter(events).length).isLessThan(BOUND);
  }

  /**
   * Each event moves its session's start back, and what was said of the former start stays known.
   */
  @Test
  void isBoundedForASessionThatBeginsEverEarlier() {
    var events = new ArrayList<InteractionEvent>();
    events.add(Events.in("s", Events.click(10_000_000, "track")));
    for (int i = 0; i < HOSTILE; i++) {
      events.add(Events.in("返".repeat(120), Events.click(4_000_000 - i, "track")));
    }

    assertThat(rowAfter(events).length).isLessThan(BOUND);
  }

  /** Each end without a session's id begins a new part of the session that is on. */
  @Test
  void isBoundedForASessionThatEndsAgainAndAgain() {
    var events = new ArrayList<InteractionEvent>();
    events.add(Events.in("s", Events.click(0, "track")));
    events.add(Events.in("s", Events.click(1_500_000, "track")));
    for (int i = 1; i < HOSTILE; i++) {
      events.add(Events.opened(i * 3, "返".repeat(60) + i % 8));
      events.add(Events.ended(i * 3 + 1));
    }

    assertThat(rowAfter(events).length).isLessThan(BOUND);
  }

  /** Each visit: pages, clicks, messages; and every so many events an issue and an answer used. */
  private static List<InteractionEvent> visits(
      int visits, int events, int every, String category, String page) {
    var all = new ArrayList<InteractionEvent>();
    long between = 23 * 3_600_000L / visits;
    for (int i = 0; i < visits * events; i++) {
      long at = i / events * between + i % events * 1_000;
      InteractionEvent event = during(i, every, at, category + i / every % 8, page + i % 40);
      event.setSessionId(id("s", i / events));
      event.setChannel("web");
      all.add(event);
    }
    return all;
  }

  private static InteractionEvent during(int i, int every, long at, String category, String page) {
    return switch (i % every) {
      case 0 -> Events.opened(at, category);
      case 1 -> used(at, id("d", i));
      case 2, 3 -> Events.message(at, "where is my order " + i);
      case 4, 5, 6 -> Events.click(at, "track");
      default -> Events.page(at, page);
    };
  }

  private static InteractionEvent used(long at, String decision) {
    return Events.event("quick_reply_used", at)
        .setQuickReplyUsed(new QuickReplyUsed(decision, "track"))
        .build();
  }

  private static String id(String kind, int number) {
    return UUID.nameUUIDFromBytes((kind + number).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private byte[] rowAfter(List<InteractionEvent> events) {
    UserState state = null;
    long offset = 0;
    for (InteractionEvent event : events) {
      state = support.apply(state, event, new Position(0, 0, offset++)).state();
    }
    byte[] row = Objects.requireNonNull(state).toBytes();
    assertThat(UserState.fromBytes(row).toBytes()).isEqualTo(row);
    return row;
  }
}
