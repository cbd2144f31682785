package dev.attune.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.bench.BenchmarkException;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class EventRequestsTest {
  @Test
  void sendsValidEventsWithIdsOfTheirOwn() {
    EventRequests requests = EventRequests.of(100);

    List<String> first = ids(request(requests, 0));
    List<String> second = ids(request(requests, 1));

    assertThat(first).hasSize(100).doesNotHaveDuplicates().doesNotContainAnyElementsOf(second);
    assertThat(ids(request(EventRequests.of(1), 7))).hasSize(1);
  }

  @Test
  void saysHowLongItsBodiesAre() {
    for (int events : new int[] {1, 2, 100}) {
      String request = request(EventRequests.of(events), 3);
      String body = body(request);

      assertThat(request).contains("Content-Length: " + body.length() + "\r\n");
    }
  }

  @Test
  void knowsTheSizeOfARecord() throws IOException {
    assertThat(IngestSetting.recordBytes()).isBetween(150, 300);
  }

  @Test
  void readsTheLastRateOfTheProducerTest() {
    String output =
        "100 records sent, 20.0 records/sec (1 MB/sec)\n9 records sent, 30.5 records/sec";

    assertThat(ProducerPerf.rate(output)).isEqualTo(30.5);
    Assertions.assertThatThrownBy(() -> ProducerPerf.rate("no broker"))
        .isInstanceOf(BenchmarkException.class);
  }

  private static List<String> ids(String request) {
    byte[] body = body(request).getBytes(StandardCharsets.US_ASCII);
    return switch (EventJson.standard().readBody(body)) {
      case ParsedBody.Events batch ->
          batch.events().stream().map(e -> ((ParsedEvent.Valid) e).event().getEventId()).toList();
      case ParsedBody.Malformed malformed -> throw new AssertionError(malformed.detail());
      case ParsedBody.TooMany tooMany -> throw new AssertionError(tooMany);
    };
  }

  private static String body(String request) {
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  private static String request(EventRequests requests, long n) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    requests.write(n, bytes);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }
}
