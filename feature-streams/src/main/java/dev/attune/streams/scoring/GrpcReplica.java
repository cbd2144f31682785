package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc.ScoringStub;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.Replica;
import dev.attune.tracing.TraceSpan;
import dev.attune.tracing.Tracing;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.trace.SpanKind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of inference-service, called over one bidirectional stream that is opened again when
 * it breaks, until the replica is closed.
 *
 * <p>Any thread. {@code lock} orders sends (a stream takes one writer at a time) and guards what is
 * pending; answers are handed out without it. A call gets exactly one answer: whoever removes it
 * from {@code pending}, be it the response, the deadline or the stream's end, gives it. Calls are
 * sent in the order of their deadlines, so {@code pending}, in insertion order, has the next to
 * expire first.
 */
final class GrpcReplica implements Replica<ScoreRequest> {
  private static final Logger log = LoggerFactory.getLogger(GrpcReplica.class);

  /** A replica that refuses connections is asked this often, not at every call. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(100);

  private final InetSocketAddress address;
  private final ManagedChannel channel;
  private final ScoringStub stub;
  private final Duration deadline;
  private final ScoringMeters meters;
  private final Tracing tracing;
  private final Counter calls;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private @Nullable Connection connection;
  private long nextId;
  private long mayOpenAt = System.nanoTime();
  private boolean reported;
  private boolean closed;

  GrpcReplica(
      InetSocketAddress address,
      ManagedChannel channel,
      ScoringStub stub,
      Duration deadline,
      ScoringMeters meters,
      Tracing tracing) {
    this.address = address;
    this.channel = channel;
    this.stub = stub;
    this.deadline = deadline;
    this.meters = meters;
    this.tracing = tracing;
    this.calls = meters.replicaCame(address);
  }

  private record Pending(
      long startNanos, Connection on, Consumer<CallOutcome> answer, TraceSpan span) {
    void answered(Outcome told) {
      CallOutcome outcome = outcome(told);
      span.tag("attune.outcome", told.name());
      if (outcome == CallOutcome.UNAVAILABLE) {
        span.failed(told.name());
      }
      span.end();
      answer.accept(outcome);
    }

    /** Gives its one answer; what ended it, if that was no answer of the replica's. */
    void fails(CallOutcome outcome, String why) {
      span.failed(why).end();
      answer.accept(outcome);
    }
  }

  @Override
  public void call(ScoreRequest request, Consumer<CallOutcome> answer) {
    boolean sent;
    lock.lock();
    try {
      sent = trySend(request, answer);
    } finally {
      lock.unlock();
    }
    if (!sent) {
      answer.accept(CallOutcome.UNREACHABLE);
    }
  }

  /** Lock held. */
  private boolean trySend(ScoreRequest request, Consumer<CallOutcome> answer) {
    Connection usable = usable();
    if (usable == null) {
      return false;
    }
    long id = nextId++;
    TraceSpan span = begin(request);
    pending.put(id, new Pending(System.nanoTime(), usable, answer, span));
    try {
      usable.send(numbered(request, id, span));
      calls.increment();
      return true;
    } catch (RuntimeException e) {
      // cancelled under us: its end fails the others, this one is told by the return value
      boolean told = pending.remove(id) == null;
      if (!told) {
        span.failed("not sent").end();
      }
      return told;
    }
  }

  private TraceSpan begin(ScoreRequest request) {
    TraceSpan span = tracing.request("score", SpanKind.CLIENT, request.getTraceparent());
    if (span.isTraced()) {
      request.getTraceLinksList().forEach(span::link);
    }
    return span;
  }

  private static ScoreRequest numbered(ScoreRequest request, long id, TraceSpan span) {
    ScoreRequest.Builder numbered = request.toBuilder().setCallId(id);
    String header = span.header();
    if (header != null) {
      numbered.setTraceparent(header);
    }
    return numbered.build();
  }

  /** Lock held. */
  private @Nullable Connection usable() {
    if (connection == null && !closed && System.nanoTime() - mayOpenAt >= 0) {
      Connection opened = new Connection();
      connection = opened;
      meters.streamOpened();
      // after a long outage gRPC by itself would wait up to two minutes before it connects again
      channel.resetConnectBackoff();
      var unused = stub.score(opened);
    }
    return connection;
  }

  /**
   * Gives up calls whose deadline has passed. If the stream answered none at all meanwhile it is
   * taken for dead and replaced.
   */
  void expire() {
    List<Pending> expired = new ArrayList<>();
    Connection dead = null;
    long now = System.nanoTime();
    lock.lock();
    try {
      Iterator<Pending> oldest = pending.values().iterator();
      while (oldest.hasNext()) {
        Pending call = oldest.next();
        if (now - call.startNanos() < deadline.toNanos()) {
          break;
        }
        oldest.remove();
        expired.add(call);
      }
      if (!expired.isEmpty() && connection != null && connection.silentSince(deadline, now)) {
        dead = connection;
      }
    } finally {
      lock.unlock();
    }
    for (Pending call : expired) {
      meters.deadlinePassed(now - call.startNanos());
      // the others on the stream may be well; if not, its end tells
      call.fails(CallOutcome.UNAVAILABLE, "deadline");
    }
    if (dead != null) {
      dead.cancel();
    }
  }

  /** For good: what is under way is answered {@code UNREACHABLE}, and so is what still comes. */
  void close() {
    Connection last;
    lock.lock();
    try {
      last = connection;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.cancel();
    }
    channel.shutdownNow();
    meters.replicaWent(calls);
  }

  private void answered(ScoreResponse response) {
    Pending call;
    lock.lock();
    try {
      call = pending.remove(response.getCallId());
      reported = false;
    } finally {
      lock.unlock();
    }
    if (call != null) {
      meters.answered(response.getOutcome(), System.nanoTime() - call.startNanos());
      call.answered(response.getOutcome());
    }
  }

  private void ended(Connection ended, Status status) {
    List<Pending> lost = new ArrayList<>();
    boolean report;
    lock.lock();
    try {
      if (connection == ended) {
        connection = null;
        mayOpenAt = System.nanoTime() + REOPEN_PAUSE.toNanos();
      }
      pending.values().removeIf(call -> call.on() == ended && lost.add(call));
      report = !reported && !closed;
      reported = true;
    } finally {
      lock.unlock();
    }
    if (report) {
      log.warn(
          "scoring stream to {} ended: {}; trying again until it answers",
          address,
          status.getCode());
    }
    meters.streamBroke(lost.size());
    lost.forEach(call -> call.fails(CallOutcome.UNREACHABLE, "stream broken"));
  }

  private static CallOutcome outcome(Outcome outcome) {
    return switch (outcome) {
      case STORED, SUPERSEDED -> CallOutcome.SETTLED;
      case REFUSED -> CallOutcome.REFUSED;
      // a registry that can't be read for a moment looks the same as none: the user stays owed
      case NO_MODEL, UNAVAILABLE, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> CallOutcome.UNAVAILABLE;
    };
  }

  /** One opening of the stream. */
  private final class Connection implements ClientResponseObserver<ScoreRequest, ScoreResponse> {
    private @Nullable ClientCallStreamObserver<ScoreRequest> requests;
    private volatile long lastAnswer = System.nanoTime();

    @Override
    public void beforeStart(ClientCallStreamObserver<ScoreRequest> stream) {
      requests = stream;
    }

    void send(ScoreRequest request) {
      if (requests == null) {
        throw new IllegalStateException("not started");
      }
      requests.onNext(request);
    }

    void cancel() {
      if (requests != null) {
        requests.cancel("given up", null);
      }
    }

    boolean silentSince(Duration span, long now) {
      return now - lastAnswer >= span.toNanos();
    }

    @Override
    public void onNext(ScoreResponse response) {
      lastAnswer = System.nanoTime();
      answered(response);
    }

    @Override
    public void onError(Throwable error) {
      ended(this, Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      ended(this, Status.OK);
    }
  }
}
