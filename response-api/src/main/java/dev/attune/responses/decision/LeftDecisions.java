package dev.attune.responses.decision;

import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.registry.RecordWriter;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.AvroRuntimeException;
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
class LeftDecisions extends BackgroundThread implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LeftDecisions.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final DecisionSpool spool;
  private final DecisionSender sender;
  private final DecisionTopic topic;
  private final ErasureLog erasures;
  private final RecordWriter<Decision> writer = new RecordWriter<>();

  LeftDecisions(
      DecisionSpool spool, DecisionSender sender, DecisionTopic topic, ErasureLog erasures) {
    super("left-decisions");
    this.spool = spool;
    this.sender = sender;
    this.topic = topic;
    this.erasures = erasures;
  }

  @Override
  protected void run() {
    boolean done = false;
    while (!done && !pause(PAUSE)) {
      done = erasures.isCaughtUp() && sender.partitions() > 0 && sendAll();
    }
  }

  /** False when it is to be tried again. */
  private boolean sendAll() {
    try {
      for (Path path : spool.others()) {
        LeftSpool left = LeftSpool.take(path).orElse(null);
        if (left != null) {
          send(left);
        }
      }
    } catch (KafkaException e) {
      log.warn("What an earlier process left can't be logged yet: {}", e.getMessage());
      return false;
    } catch (IOException | AvroRuntimeException e) {
      log.error("What an earlier process left can't be logged", e);
    }
    return true;
  }

  private void send(LeftSpool left) throws IOException {
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
