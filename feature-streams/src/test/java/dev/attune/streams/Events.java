package dev.attune.streams;

import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.avro.UserErased;

/** Events for tests. */
public final class Events {

  private Events() {}

  public static InteractionEvent clicked(String user, String id, long at) {
    return base(user, id, at)
        .setType("clicked")
        .setClicked(Clicked.newBuilder().setElement("help").build())
        .build();
  }

  public static InteractionEvent pageViewed(String user, String id, String page, long at) {
    return base(user, id, at)
        .setType("page_viewed")
        .setPageViewed(PageViewed.newBuilder().setPage(page).build())
        .build();
  }

  public static InteractionEvent erased(String user, String id, long at) {
    return base(user, id, at)
        .setType("user_erased")
        .setUserErased(UserErased.newBuilder().setReceiptId("r-" + id).build())
        .build();
  }

  private static InteractionEvent.Builder base(String user, String id, long at) {
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setUserId(user)
        .setSessionId("s-" + user)
        .setOccurredAt(at)
        .setReceivedAt(at);
  }
}
