package dev.attune.gateway.events;

import dev.attune.schemas.json.ParsedBody;
import java.util.function.IntFunction;

/** A body's events, and for the dead letters what each came as, by its index. */
record DecodedBatch(ParsedBody body, String contentType, IntFunction<Original> originals) {}
