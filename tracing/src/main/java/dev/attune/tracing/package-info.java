/**
 * Spans of the traces that callers began, carried on by W3C's {@code traceparent} through HTTP,
 * Kafka, gRPC and Redis. Start at {@link dev.attune.tracing.Tracing}; requests begin and continue
 * traces by {@link dev.attune.tracing.RequestSpans}.
 */
@NullMarked
package dev.attune.tracing;

import org.jspecify.annotations.NullMarked;
