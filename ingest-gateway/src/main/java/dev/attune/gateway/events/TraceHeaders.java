package dev.attune.gateway.events;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Hands a caller's W3C trace context on to the records, so that a trace spans the pipeline. */
final class TraceHeaders {
  private static final String NAME = "traceparent";
  private static final Pattern FORM =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceHeaders() {}

  static List<Header> of(HttpHeaders headers) {
    String parent = headers.get(NAME);
    return parent != null && FORM.matcher(parent).matches()
        ? List.of(new RecordHeader(NAME, parent.getBytes(StandardCharsets.US_ASCII)))
        : List.of();
  }
}
