/**
 * The JSON form of events (contract §3): bytes to Avro in one pass, and back. Start at EventJson.
 */
@NullMarked
package dev.attune.schemas.json;

import org.jspecify.annotations.NullMarked;
