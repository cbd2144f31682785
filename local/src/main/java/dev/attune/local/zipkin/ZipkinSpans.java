package dev.attune.local.zipkin;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.StringWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Spans of OpenTelemetry as Zipkin's JSON (version 2), by OpenTelemetry's own rules for that
 * ("OpenTelemetry to Zipkin Transformation"). Links have no place in Zipkin: each becomes a tag
 * {@code link.0}, {@code link.1}, … with the ids of trace and span.
 */
final class ZipkinSpans {
  private static final JsonFactory JSON = new JsonFactory();
  private static final HexFormat HEX = HexFormat.of();
  private static final long NANOS_PER_MICRO = 1_000;

  /** What names the other side of a call, best first. */
  private static final List<String> OTHER_SIDE =
      List.of("peer.service", "server.address", "network.peer.address");

  private final JsonGenerator json;

  private ZipkinSpans(JsonGenerator json) {
    this.json = json;
  }

  /** A list of spans. */
  static String json(ExportTraceServiceRequest request) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartArray();
      request.getResourceSpansList().forEach(new ZipkinSpans(json)::write);
      json.writeEndArray();
    }
    return text.toString();
  }

  private void write(ResourceSpans resource) {
    String service = attribute(resource.getResource().getAttributesList(), List.of("service.name"));
    for (ScopeSpans scope : resource.getScopeSpansList()) {
      scope.getSpansList().forEach(span -> write(service, scope.getScope().getName(), span));
    }
  }

  private void write(String service, String scope, Span span) {
    json.writeStartObject();
    json.writeStringProperty("traceId", hex(span.getTraceId()));
    if (!span.getParentSpanId().isEmpty()) {
      json.writeStringProperty("parentId", hex(span.getParentSpanId()));
    }
    json.writeStringProperty("id", hex(span.getSpanId()));
    writeKind(span);
    json.writeStringProperty("name", span.getName());
    long start = span.getStartTimeUnixNano() / NANOS_PER_MICRO;
    json.writeNumberProperty("timestamp", start);
    // to Zipkin, 0 is a duration that is not known
    json.writeNumberProperty(
        "duration", Math.max(1, span.getEndTimeUnixNano() / NANOS_PER_MICRO - start));
    writeEndpoint("localEndpoint", service);
    writeEndpoint("remoteEndpoint", attribute(span.getAttributesList(), OTHER_SIDE));
    writeAnnotations(span);
    writeTags(scope, span);
    json.writeEndObject();
  }

  /** One inside a service has none. */
  private void writeKind(Span span) {
    switch (span.getKind()) {
      case SPAN_KIND_SERVER -> json.writeStringProperty("kind", "SERVER");
      case SPAN_KIND_CLIENT -> json.writeStringProperty("kind", "CLIENT");
      case SPAN_KIND_PRODUCER -> json.writeStringProperty("kind", "PRODUCER");
      case SPAN_KIND_CONSUMER -> json.writeStringProperty("kind", "CONSUMER");
      case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> {}
    }
  }

  private void writeEndpoint(String property, String name) {
    if (!name.isEmpty()) {
      json.writeObjectPropertyStart(property);
      json.writeStringProperty("serviceName", name);
      json.writeEndObject();
    }
  }

  private void writeAnnotations(Span span) {
    json.writeArrayPropertyStart("annotations");
    for (Span.Event event : span.getEventsList()) {
      json.writeStartObject();
      json.writeNumberProperty("timestamp", event.getTimeUnixNano() / NANOS_PER_MICRO);
      json.writeStringProperty("value", said(event));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String said(Span.Event event) {
    String attributes = entries(event.getAttributesList());
    return attributes.isEmpty() ? event.getName() : event.getName() + ": " + attributes;
  }

  private void writeTags(String scope, Span span) {
    json.writeObjectPropertyStart("tags");
    for (KeyValue attribute : span.getAttributesList()) {
      json.writeStringProperty(attribute.getKey(), text(attribute.getValue()));
    }
    if (!scope.isEmpty()) {
      json.writeStringProperty("otel.scope.name", scope);
    }
    if (span.getStatus().getCode() == StatusCode.STATUS_CODE_OK) {
      json.writeStringProperty("otel.status_code", "OK");
    } else if (span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR) {
      json.writeStringProperty("otel.status_code", "ERROR");
      json.writeStringProperty("error", span.getStatus().getMessage());
    }
    for (int i = 0; i < span.getLinksCount(); i++) {
      Span.Link link = span.getLinks(i);
      json.writeStringProperty("link." + i, hex(link.getTraceId()) + "-" + hex(link.getSpanId()));
    }
    json.writeEndObject();
  }

  /** The first that is there; empty if none is. */
  private static String attribute(List<KeyValue> attributes, List<String> keys) {
    return keys.stream()
        .flatMap(key -> attributes.stream().filter(attribute -> attribute.getKey().equals(key)))
        .map(attribute -> text(attribute.getValue()))
        .findFirst()
        .orElse("");
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BYTES_VALUE -> hex(value.getBytesValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(ZipkinSpans::text)
              .collect(Collectors.joining(", "));
      case KVLIST_VALUE -> entries(value.getKvlistValue().getValuesList());
      default -> "";
    };
  }

  private static String entries(List<KeyValue> entries) {
    return entries.stream()
        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String hex(ByteString bytes) {
    return HEX.formatHex(bytes.toByteArray());
  }
}
