/**
 * Spans of the traces that callers began, carried on by W3C's {@code traceparent} through HTTP,
 * Kafka, gRPC and Redis. Start at {@link dev.attune.tracing.Tracing}; requests begin and continue
 * traces by {@link dev.attune.tracing.RequestSpans}. Whether traces are exported decides which
 * beans a service has, so {@link dev.attune.tracing.ServiceStart} is here, too.
 */
@NullMarked
package dev.attune.tracing;

import org.jspecify.annotations.NullMarked;
