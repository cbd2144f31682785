package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.grpc.ScoreRequest;
import org.junit.jupiter.api.Test;

class EventTraceTest {
  @Test
  void aNewerRequestLinksToThoseWhosePlaceItTakes() {
    ScoreRequest two = EventTrace.conflated(request(1, "a"), request(2, "b"));
    ScoreRequest three = EventTrace.conflated(two, request(3, "c"));

    assertThat(three.getOffset()).isEqualTo(3);
    assertThat(three.getTraceparent()).isEqualTo("c");
    assertThat(three.getTraceLinksList()).containsExactly("b", "a");
  }

  @Test
  void oneWithoutATraceContinuesTheOlderOnes() {
    ScoreRequest two = EventTrace.conflated(request(1, "a"), request(2, "b"));
    ScoreRequest three = EventTrace.conflated(two, request(3, ""));

    assertThat(three.getOffset()).isEqualTo(3);
    assertThat(three.getTraceparent()).isEqualTo("b");
    assertThat(three.getTraceLinksList()).containsExactly("a");
  }

  @Test
  void withoutAnyTraceTheNewerIsCalledAsItIs() {
    ScoreRequest newer = request(2, "");

    assertThat(EventTrace.conflated(request(1, ""), newer)).isSameAs(newer);
  }

  @Test
  void hasBoundedlyManyLinks() {
    ScoreRequest last = request(0, "t0");
    for (int i = 1; i < 100; i++) {
      last = EventTrace.conflated(last, request(i, "t" + i));
    }

    assertThat(last.getTraceLinksList()).hasSize(16).startsWith("t98", "t97");
  }

  private static ScoreRequest request(long offset, String trace) {
    return ScoreRequest.newBuilder().setOffset(offset).setTraceparent(trace).build();
  }
}
