package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.avro.RecentUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The list of recent users goes on where it was, on a machine that never had it. */
@Timeout(300)
class RecentIT {
  private final Path folder;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline(1);

  RecentIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void aConversationGoesOnAfterARestart() {
    long now = System.currentTimeMillis();
    try (StreamsApp _ = StreamsApp.start(pipeline.properties(scoring, folder.resolve("a")))) {
      pipeline.send(Events.messageSent("ann", "e1", now));
      pipeline.send(Events.decided("ann", "treatment", now));
      pipeline.flush();
      soon(() -> ann().filter(user -> messages(user) == 1 && replies(user) == 1).isPresent());
    }

    try (StreamsApp _ = StreamsApp.start(pipeline.properties(scoring, folder.resolve("b")))) {
      pipeline.send(Events.messageSent("ann", "e2", now + 1));
      pipeline.flush();
      soon(() -> ann().filter(user -> messages(user) == 2).isPresent());
    }

    RecentUser user = ann().orElseThrow();
    assertThat(replies(user)).isEqualTo(1);
    assertThat(user.getSessions()).isEqualTo(1);
  }

  private Optional<RecentUser> ann() {
    return pipeline.read(pipeline.topics.recentUsers(), RecentUser.class, "read_committed").stream()
        .filter(Objects::nonNull)
        .reduce((_, newest) -> newest);
  }

  private static int messages(RecentUser user) {
    return user.getConversations().getFirst().getMessages();
  }

  private static int replies(RecentUser user) {
    return user.getConversations().getFirst().getReplies().size();
  }

  private static void soon(Callable<Boolean> holds) {
    await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(250)).until(holds);
  }
}
