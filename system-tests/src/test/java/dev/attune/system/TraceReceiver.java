package dev.attune.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes traces over HTTP as a collector does: OTLP in protobuf. */
final class TraceReceiver implements AutoCloseable {
  /** A span, and the service that it is of. */
  record Received(String service, Span span) {
    String traceId() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    String id() {
      return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    Instant began() {
      return Instant.EPOCH.plusNanos(span.getStartTimeUnixNano());
    }

    String parent() {
      return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    /** Such as {@code attune-feature-streams: score (CLIENT)}. */
    String title() {
      return service
          + ": "
          + span.getName()
          + " ("
          + span.getKind().name().replace("SPAN_KIND_", "")
          + ")";
    }
  }

  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();

  TraceReceiver() {
    this(InetAddress.getLoopbackAddress());
  }

  /**
   * @param at an address of this machine
   */
  TraceReceiver(InetAddress at) {
    try {
      server = HttpServer.create(new InetSocketAddress(at, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    InetSocketAddress at = server.getAddress();
    return "http://%s:%d/v1/traces".formatted(at.getAddress().getHostAddress(), at.getPort());
  }

  /** Those that began since then. */
  List<Received> spans(Instant since) {
    return spans.stream().filter(span -> !span.began().isBefore(since)).toList();
  }

  List<Received> trace(String id) {
    return spans.stream().filter(span -> span.traceId().equals(id)).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body =
          packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
      var request = ExportTraceServiceRequest.parseFrom(body);
      for (ResourceSpans resource : request.getResourceSpansList()) {
        String service = service(resource);
        resource.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(span -> spans.add(new Received(service, span)));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static String service(ResourceSpans resource) {
    return resource.getResource().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(KeyValue::getValue)
        .map(value -> value.getStringValue())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
