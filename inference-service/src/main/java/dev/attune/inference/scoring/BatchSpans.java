package dev.attune.inference.scoring;

import dev.attune.tracing.TraceSpan;
import java.util.ArrayList;
import java.util.List;

/** The spans of what is sent together: each in its own trace, with links to the other traces'. */
final class BatchSpans {
  /** Of one span: a batch may be of hundreds, and most of them say the same. */
  private static final int MOST_LINKS = 16;

  private BatchSpans() {}

  /** Begins a member's span, given how many are sent together. */
  interface Begin<T> {
    TraceSpan of(T member, int batch);
  }

  /** In the order of the members. */
  static <T> List<TraceSpan> begin(List<T> members, Begin<T> begin) {
    List<TraceSpan> spans = new ArrayList<>(members.size());
    List<TraceSpan> traced = new ArrayList<>();
    for (T member : members) {
      TraceSpan span = begin.of(member, members.size());
      spans.add(span);
      if (span.isTraced()) {
        traced.add(span);
      }
    }
    for (TraceSpan span : traced) {
      traced.stream()
          .filter(other -> !span.sharesTraceWith(other))
          .limit(MOST_LINKS)
          .forEach(other -> span.link(other.header()));
    }
    return spans;
  }
}
