package dev.attune.gateway.events;

import dev.attune.schemas.json.ParsedBody;
import java.util.function.IntFunction;

/**
 * A body's events, and for the dead letters the bytes each came from.
 *
 * @param text whether those bytes are text, which is masked
 */
record DecodedBatch(
    ParsedBody body, String contentType, boolean text, IntFunction<byte[]> originals) {}
