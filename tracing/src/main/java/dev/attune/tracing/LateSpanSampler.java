package dev.attune.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/** Samples what is recorded late, and leaves all else to another sampler. */
record LateSpanSampler(Sampler others) implements Sampler {
  /** On spans that are recorded because of how they ended. */
  static final AttributeKey<Boolean> LATE = AttributeKey.booleanKey("attune.tail_sampled");

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return Boolean.TRUE.equals(attributes.get(LATE))
        ? SamplingResult.recordAndSample()
        : others.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  @Override
  public String getDescription() {
    return "LateSpanSampler{" + others.getDescription() + "}";
  }
}
