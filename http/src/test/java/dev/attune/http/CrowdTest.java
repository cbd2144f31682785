package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More connections than there may be: who has to go. */
class CrowdTest {
  private static final String FIRST = "127.0.0.1";
  private static final String SECOND = "127.0.0.2";
  private static final String THIRD = "127.0.0.3";

  private final List<RawConnection> open = new ArrayList<>();
  private EdgeServer server;

  @BeforeEach
  void start() {
    server =
        EdgeServer.start("attune.http.max-connections=8", "attune.http.max-connections-per-peer=5");
  }

  @AfterEach
  void stop() throws IOException {
    for (RawConnection connection : open) {
      connection.close();
    }
    server.close();
  }

  private RawConnection connect(String peer) throws IOException {
    RawConnection connection =
        new RawConnection(server.port(), peer).patience(Duration.ofSeconds(5));
    open.add(connection);
    return connection;
  }

  /** Has asked once and rests. */
  private RawConnection resting(String peer) throws IOException {
    RawConnection connection = connect(peer);
    assertThat(isServed(connection)).isTrue();
    return connection;
  }

  private static boolean isServed(RawConnection connection) throws IOException {
    return connection.send(HttpEdgeContract.post("", "hello")).answer().status() == 200;
  }

  @Test
  void aPeerBeyondItsShareLosesItsOwnOldest() throws Exception {
    RawConnection other = resting(SECOND);
    List<RawConnection> crowd = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      crowd.add(resting(FIRST));
    }

    assertThat(isServed(connect(FIRST))).isTrue();

    assertThat(crowd.getFirst().isClosed()).isTrue();
    for (RawConnection stays : crowd.subList(1, 5)) {
      assertThat(isServed(stays)).isTrue();
    }
    assertThat(isServed(other)).isTrue();
  }

  @Test
  void aFullHouseShedsWhoRestedLongest() throws Exception {
    RawConnection oldest = resting(SECOND);
    RawConnection lively = resting(SECOND);
    for (int i = 0; i < 5; i++) {
      resting(FIRST);
    }
    resting(SECOND);
    assertThat(isServed(lively)).isTrue();

    assertThat(isServed(connect(THIRD))).isTrue();

    assertThat(oldest.isClosed()).isTrue();
    assertThat(isServed(lively)).isTrue();
  }

  @Test
  void halfSentRequestsMakeRoomToo() throws Exception {
    for (int i = 0; i < 5; i++) {
      connect(FIRST).send("POST /busy HTTP/1.1\r\nHost: a\r\n");
    }
    for (int i = 0; i < 3; i++) {
      connect(SECOND)
          .send("POST /busy HTTP/1.1\r\n" + HttpEdgeContract.KEY + "Content-Length: 9\r\n\r\nhalf");
    }

    for (int i = 0; i < 20; i++) {
      assertThat(isServed(connect(THIRD))).isTrue();
    }
  }

  /** Each newcomer of a burst has to find somebody else who goes. */
  @Test
  void aBurstLeavesNoMoreThanThereMayBe() throws Exception {
    for (int i = 0; i < 100; i++) {
      connect(List.of(FIRST, SECOND, THIRD).get(i % 3)).patience(Duration.ofMillis(20));
    }

    // sooner than the time for a head is over, which closes all of them
    await().atMost(Duration.ofSeconds(8)).until(() -> stillOpen() <= 8);
  }

  private long stillOpen() throws IOException {
    long count = 0;
    for (RawConnection connection : open) {
      try {
        count += connection.isClosed() ? 0 : 1;
      } catch (SocketTimeoutException nothingCame) {
        count++;
      }
    }
    return count;
  }

  @Test
  void nobodyGoesWhoIsBeingAnswered() throws Exception {
    List<RawConnection> busy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      busy.add(connect(FIRST).send(HttpEdgeContract.post("", "wait")));
      busy.add(connect(SECOND).send(HttpEdgeContract.post("", "wait")));
    }
    EchoEndpoint.awaitWaiting(8);
    assertThat(server.inFlight()).isEqualTo(8);

    assertThat(connect(THIRD).isClosed()).isTrue();

    EchoEndpoint.release();
    for (RawConnection one : busy) {
      assertThat(one.answer().body()).isEqualTo("wait");
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> isServed(connect(THIRD)));
    await().atMost(Duration.ofSeconds(5)).until(() -> server.inFlight() == 0);
  }
}
