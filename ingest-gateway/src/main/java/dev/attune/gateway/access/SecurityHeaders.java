package dev.attune.gateway.access;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.http.MimeHeaders;

/**
 * The headers that every response carries, whatever answers it. They are the same bytes each time,
 * so a valve hands them to Tomcat as bytes: as texts, set by a filter, Tomcat checked and converted
 * each character for each request, 4 of the 55 µs that a single event took.
 */
final class SecurityHeaders extends ValveBase {
  private record Header(byte[] name, byte[] value) {
    static Header of(Map.Entry<String, String> header) {
      return new Header(bytes(header.getKey()), bytes(header.getValue()));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    void addTo(MimeHeaders headers) {
      headers.addValue(name, 0, name.length).setBytes(value, 0, value.length);
    }
  }

  private static final List<Header> HEADERS =
      Map.of(
              "X-Content-Type-Options", "nosniff",
              "Cache-Control", "no-store",
              "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
              "Referrer-Policy", "no-referrer")
          .entrySet()
          .stream()
          .map(Header::of)
          .toList();

  SecurityHeaders() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    MimeHeaders headers = response.getCoyoteResponse().getMimeHeaders();
    for (Header header : HEADERS) {
      header.addTo(headers);
    }
    getNext().invoke(request, response);
  }
}
