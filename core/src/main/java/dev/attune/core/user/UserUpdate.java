package dev.attune.core.user;

import dev.attune.core.feature.FeatureRow;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import java.util.List;

/**
 * The outcome of one event or of an expiry.
 *
 * @param row features as of the user's newest event
 * @param sessions sessions that closed now, or closed ones that a late event changed
 */
public record UserUpdate(
    UserState state,
    Disposition disposition,
    FeatureRow row,
    List<String> segments,
    List<SegmentChange> segmentChanges,
    List<Session> sessions) {}
