package dev.attune.responses.store;

import dev.attune.schemas.avro.StoredPrediction;

/**
 * A prediction as it is stored.
 *
 * @param entryId its version; what comes later in Redis has a higher one
 */
public record Versioned(String entryId, StoredPrediction prediction) {}
