package dev.attune.streams.topology;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.tracing.TraceSpan;
import dev.attune.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The part of a trace that is spent on one event here. */
public final class EventTrace {
  /** Of one call: a user's events may come much faster than answers. */
  private static final int MOST_LINKS = 16;

  private EventTrace() {}

  static TraceSpan begin(Tracing tracing, Headers headers, RecordMetadata source) {
    Header parent = headers.lastHeader(Tracing.HEADER);
    if (parent == null || parent.value() == null) {
      return TraceSpan.NONE;
    }
    return tracing
        .begin(
            "process event",
            SpanKind.CONSUMER,
            new String(parent.value(), StandardCharsets.US_ASCII))
        .tag("messaging.system", "kafka")
        .tag("messaging.destination.name", source.topic())
        .tag("messaging.destination.partition.id", source.partition());
  }

  static ScoreRequest carriedOn(ScoreRequest request, TraceSpan span) {
    String header = span.header();
    return header == null ? request : request.toBuilder().setTraceparent(header).build();
  }

  /**
   * A newer request takes the place of one that waits, and is for its trace as well: it links to
   * it, or continues it where it has none of its own.
   */
  public static ScoreRequest conflated(ScoreRequest older, ScoreRequest newer) {
    if (older.getTraceparent().isEmpty()) {
      return newer;
    }
    ScoreRequest.Builder both = newer.toBuilder();
    if (newer.getTraceparent().isEmpty()) {
      return both.setTraceparent(older.getTraceparent())
          .addAllTraceLinks(older.getTraceLinksList())
          .build();
    }
    both.addTraceLinks(older.getTraceparent());
    older.getTraceLinksList().stream()
        .limit(Math.max(0, MOST_LINKS - both.getTraceLinksCount()))
        .forEach(both::addTraceLinks);
    return both.build();
  }
}
