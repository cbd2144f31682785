package dev.attune.chaos.load;

import java.time.Duration;

/**
 * How much load.
 *
 * @param senders clients that send events, one batch at a time each
 * @param batch events of a batch
 * @param pause from one batch of a sender to its next
 * @param usersPerSender whose events they are; no user has two senders, so that order is theirs
 * @param chats clients that ask for replies
 */
public record LoadShape(int senders, int batch, Duration pause, int usersPerSender, int chats) {
  /** 400 events and 20 replies a second: two processors run the whole stack beside it. */
  public static final LoadShape STEADY = new LoadShape(4, 10, Duration.ofMillis(100), 400, 4);

  /** As many small requests as that leaves room for: where errors are counted a request. */
  public static final LoadShape MANY_REQUESTS = new LoadShape(8, 3, Duration.ofMillis(80), 200, 16);

  /** Many clients that wait at once: what a gateway without a broker has to hold. */
  public static final LoadShape CROWD = new LoadShape(64, 20, Duration.ofMillis(2_500), 30, 4);

  int perSecond() {
    return (int) (senders * batch * 1_000L / pause.toMillis());
  }
}
