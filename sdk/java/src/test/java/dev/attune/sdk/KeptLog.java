package dev.attune.sdk;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class logs while this is open. */
final class KeptLog extends Handler implements AutoCloseable {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger log;

  KeptLog(Class<?> type) {
    log = Logger.getLogger(type.getName());
    log.addHandler(this);
  }

  /** Each with its level before it. */
  List<String> messages() {
    return records.stream()
        .map(each -> each.getLevel() + " " + new SimpleFormatter().formatMessage(each))
        .toList();
  }

  @Override
  public void publish(LogRecord each) {
    records.add(each);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    log.removeHandler(this);
  }
}
