package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanKind;
import org.jspecify.annotations.Nullable;

/** Does nothing. */
final class Untraced implements TraceSpan {
  @Override
  public @Nullable String header() {
    return null;
  }

  @Override
  public TraceSpan child(String name, SpanKind kind) {
    return this;
  }

  @Override
  public TraceSpan link(@Nullable String header) {
    return this;
  }

  @Override
  public TraceSpan tag(String name, String value) {
    return this;
  }

  @Override
  public TraceSpan tag(String name, long value) {
    return this;
  }

  @Override
  public TraceSpan failed(String why) {
    return this;
  }

  @Override
  public void end() {}
}
