package dev.attune.streams.topology;

import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserHasher;
import dev.attune.tracing.Tracing;
import java.time.InstantSource;

/**
 * What the processors of all tasks share.
 *
 * @param epoch first part of every event's position, see {@link dev.attune.schemas.Position}
 * @param clock never alone decides what is over, see {@link ReceiptTime}
 * @param caughtUp what of the topics has been read
 * @param rereads is told of records that are not newer than their user's row
 * @param predecessor whose published outcome isn't published again
 * @param hasher names erased users
 * @param tracing continues the traces of events' senders
 */
public record TopologyContext(
    UserEngine engine,
    int epoch,
    InstantSource clock,
    EventMeters meters,
    ReadProgress caughtUp,
    Rereads rereads,
    Predecessor predecessor,
    UserHasher hasher,
    Tracing tracing) {}
