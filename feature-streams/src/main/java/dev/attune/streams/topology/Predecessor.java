package dev.attune.streams.topology;

import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The application whose place this one takes, or will take. What it has published isn't published
 * again: a task reads in silence up to where the predecessor stopped, and speaks from there on.
 * Stream threads ask about their own partitions only.
 */
public interface Predecessor {
  /** This application publishes everything that it reads. */
  Predecessor NONE =
      new Predecessor() {
        @Override
        public boolean prepare() {
          return true;
        }

        @Override
        public String eventsTopic(String topic) {
          return topic;
        }

        @Override
        public void open(int partition) {}

        @Override
        public void reads(RecordMetadata source) {}

        @Override
        public boolean published(RecordMetadata source) {
          return false;
        }

        @Override
        public boolean isAhead(int partition) {
          return false;
        }

        @Override
        public boolean excludes(RecordMetadata source, String userId, long timestamp) {
          return false;
        }

        @Override
        public SaidSessions sessions(int partition) {
          return SaidSessions.NONE;
        }

        @Override
        public void tookOver(int partition) {}
      };

  /**
   * Finds out where the predecessor stopped; once, before the first task.
   *
   * @return false when that isn't known yet: ask again
   */
  boolean prepare();

  /**
   * Where events are read: in their topic, or in one of as many partitions with those that it has
   * lost.
   */
  String eventsTopic(String topic);

  /** A task for this partition begins, also anew. */
  void open(int partition);

  /** A task has come to this record. */
  void reads(RecordMetadata source);

  /** Whether the predecessor publishes, or has published, what this record leads to. */
  boolean published(RecordMetadata source);

  /** Whether the task of this partition still reads what the predecessor has published. */
  boolean isAhead(int partition);

  /** Whether the record belongs to what a user had erased, or is to be counted later. */
  boolean excludes(RecordMetadata source, String userId, long timestamp);

  /**
   * What the predecessor has said of a partition's users. It is read from {@link #open} on, beside
   * the task; this waits for what is left of that.
   */
  SaidSessions sessions(int partition);

  /** All of these were taken over; a task that begins anew reads them again. */
  void tookOver(int partition);
}
