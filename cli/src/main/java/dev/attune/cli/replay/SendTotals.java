package dev.attune.cli.replay;

import dev.attune.local.client.IngestAnswer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What the gateway said so far. Thread-safe. */
final class SendTotals {
  final LongAdder sent = new LongAdder();
  final LongAdder accepted = new LongAdder();
  private final Map<String, Long> rejectedByCode = new TreeMap<>();

  void add(int events, IngestAnswer answer) {
    sent.add(events);
    accepted.add(answer.accepted());
    synchronized (rejectedByCode) {
      answer.rejected().forEach(one -> rejectedByCode.merge(one.code(), 1L, Long::sum));
    }
  }

  Map<String, Long> rejectedByCode() {
    synchronized (rejectedByCode) {
      return Map.copyOf(rejectedByCode);
    }
  }

  long rejected() {
    return rejectedByCode().values().stream().mapToLong(Long::longValue).sum();
  }
}
