package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this service did for a request whose trace nobody sampled. It is kept in mind until the
 * request ends, and recorded then if it was slow or failed: that is known only by then.
 */
final class NotedSpan implements TraceSpan {
  private final String name;
  private final SpanKind kind;
  private final Consumer<NotedSpan> ended;
  private final Instant began = Instant.now();
  private final long begunNanos = System.nanoTime();

  /** What to do to its record; guarded by this. */
  private final List<Consumer<RecordedSpan>> said = new ArrayList<>();

  private @Nullable Duration took;
  private boolean failed;

  /**
   * @param ended is told when it ends
   */
  NotedSpan(String name, SpanKind kind, Consumer<NotedSpan> ended) {
    this.name = name;
    this.kind = kind;
    this.ended = ended;
  }

  String name() {
    return name;
  }

  SpanKind kind() {
    return kind;
  }

  Instant began() {
    return began;
  }

  synchronized boolean hasFailed() {
    return failed;
  }

  /** Until its end; until now, where it goes on. */
  synchronized Duration took() {
    return took == null ? Duration.ofNanos(System.nanoTime() - begunNanos) : took;
  }

  /** Nobody continues what is not recorded. */
  @Override
  public @Nullable String header() {
    return null;
  }

  @Override
  public TraceSpan child(String name, SpanKind kind) {
    var child = new NotedSpan(name, kind, _ -> {});
    return say(span -> child.record(span.child(name, kind, child.began)), child);
  }

  @Override
  public TraceSpan link(@Nullable String header) {
    return say(span -> span.link(header), this);
  }

  @Override
  public TraceSpan tag(String name, String value) {
    return say(span -> span.tag(name, value), this);
  }

  @Override
  public TraceSpan tag(String name, long value) {
    return say(span -> span.tag(name, value), this);
  }

  @Override
  public synchronized TraceSpan failed(String why) {
    failed = true;
    return say(span -> span.failed(why), this);
  }

  private synchronized TraceSpan say(Consumer<RecordedSpan> what, NotedSpan next) {
    said.add(what);
    return next;
  }

  @Override
  public void end() {
    synchronized (this) {
      took = took();
    }
    ended.accept(this);
  }

  /**
   * Makes a span of it, and of its children.
   *
   * @param span begun when this one was
   */
  synchronized void record(RecordedSpan span) {
    said.forEach(each -> each.accept(span));
    span.end(began.plus(took()));
  }
}
