package dev.attune.streams.topology;

import dev.attune.core.user.ErasedUsers;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserErased;

/** Puts what was erased here into its record. */
final class Erasures {

  private Erasures() {}

  static Erasure inState(InteractionEvent event, Position position, long now) {
    UserErased detail = event.getUserErased();
    return Erasure.newBuilder()
        .setReceiptId(detail == null ? event.getEventId() : detail.getReceiptId())
        .setUserHash(ErasedUsers.hash(event.getUserId()))
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setRequestedAt(event.getReceivedAt())
        .setStateErasedAt(now)
        .build();
  }
}
