package dev.attune.responses.decision;

import dev.attune.core.user.ErasedUsers;
import dev.attune.http.Problem;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.registry.RecordWriter;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Logs what processes that were killed had shown and not logged. What is in the topic already would
 * count twice, and what is of a user who was erased since would bring him back: both are left out.
 */
@Component
class OrphanedDecisions extends BackgroundThread implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(OrphanedDecisions.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final DecisionSpool spool;
  private final DecisionSender sender;
  private final DecisionTopic topic;
  private final ErasureLog erasures;
  private final Counter unreadable;
  private final RecordWriter<Decision> writer = new RecordWriter<>();

  /** Those that are not looked at again: taken, in use, or unreadable. */
  private final Set<Path> settled = new HashSet<>();

  OrphanedDecisions(
      DecisionSpool spool,
      DecisionSender sender,
      DecisionTopic topic,
      ErasureLog erasures,
      MeterRegistry meters) {
    super("left-decisions");
    this.spool = spool;
    this.sender = sender;
    this.topic = topic;
    this.erasures = erasures;
    this.unreadable =
        Counter.builder("attune.decisions.left.unreadable")
            .description("files of earlier processes that can't be read, and stay")
            .register(meters);
  }

  @Override
  protected void run() {
    boolean done = false;
    while (!done && !pause(PAUSE)) {
      done = erasures.isComplete() && sender.partitions() > 0 && sendAll();
    }
  }

  /** False when it is to be tried again. */
  private boolean sendAll() {
    boolean done = true;
    for (Path path : others()) {
      if (!settled.contains(path)) {
        done &= send(path);
      }
    }
    return done;
  }

  private List<Path> others() {
    try {
      return spool.others();
    } catch (IOException e) {
      log.error("What earlier processes left can't be listed", e);
      return List.of();
    }
  }

  /** False when it is to be tried again. A file that can't be read stays, and no other waits. */
  private boolean send(Path path) {
    try {
      OrphanedSpool left = OrphanedSpool.take(path).orElse(null);
      if (left != null) {
        send(left);
      }
    } catch (KafkaException | Problem e) {
      log.warn("What an earlier process left can't be logged yet: {}", e.getMessage());
      return false;
    } catch (NoSuchFileException e) {
      log.debug("Another process has logged {} meanwhile", path);
    } catch (IOException | RuntimeException e) {
      unreadable.increment();
      log.error("What an earlier process left in {} can't be logged and stays there", path, e);
    }
    settled.add(path);
    return true;
  }

  private void send(OrphanedSpool left) throws IOException {
    List<Decision> missing;
    try {
      missing = missing(left.decisions());
    } catch (IOException | RuntimeException e) {
      left.close();
      throw e;
    }
    log.info("{} decisions of an earlier process are logged now", missing.size());
    var open = new AtomicInteger(missing.size() + 1);
    Runnable done =
        () -> {
          if (open.decrementAndGet() == 0) {
            left.delete();
          }
        };
    for (Decision decision : missing) {
      sender.send(id(decision), decision.getUserId(), writer.write(decision), done);
    }
    done.run();
  }

  private List<Decision> missing(List<Decision> decisions) {
    ErasedUsers erased = erasures.erased();
    Set<String> logged = topic.logged(decisions);
    return decisions.stream()
        .filter(decision -> !logged.contains(decision.getDecisionId()))
        .filter(decision -> !erased.excludes(decision.getUserId(), decision.getDecidedAt()))
        .toList();
  }

  private static DecisionId id(Decision decision) {
    return DecisionId.parse(decision.getDecisionId()).orElseThrow();
  }
}
