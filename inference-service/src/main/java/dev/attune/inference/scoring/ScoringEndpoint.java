package dev.attune.inference.scoring;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import dev.attune.tracing.TraceSpan;
import dev.attune.tracing.Tracing;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.SpanKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The gRPC edge: requests of a stream into the scorer, answers back as they finish. */
@Component
public final class ScoringEndpoint extends ScoringGrpc.ScoringImplBase {
  private final MessageEncoding tasks;
  private final SeenSegments segments;
  private final Tracing tracing;
  private final int window;
  private final Set<ScoreStream> open = ConcurrentHashMap.newKeySet();

  public ScoringEndpoint(
      MessageEncoding tasks, SeenSegments segments, ScoringSettings properties, Tracing tracing) {
    this.tasks = tasks;
    this.segments = segments;
    this.tracing = tracing;
    this.window = properties.windowPerStream();
  }

  @Override
  public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> answers) {
    var stream = new ScoreStream((ServerCallStreamObserver<ScoreResponse>) answers);
    open.add(stream);
    return stream;
  }

  /** Ends every stream once its calls are answered; clients go on with another instance. */
  public void drain() {
    open.forEach(ScoreStream::onCompleted);
  }

  /**
   * One client's stream. Only as many requests are let in as are answered, so what a client may
   * have waiting here is bounded. Answers come from several workers; {@code this} guards the
   * outgoing side, which is not thread-safe.
   */
  private final class ScoreStream implements StreamObserver<ScoreRequest> {
    private final ServerCallStreamObserver<ScoreResponse> answers;
    private int unanswered;
    private boolean ending;
    private boolean ended;

    ScoreStream(ServerCallStreamObserver<ScoreResponse> answers) {
      this.answers = answers;
      answers.setOnCancelHandler(this::abandon);
      answers.disableAutoRequest();
      answers.request(window);
    }

    @Override
    public void onNext(ScoreRequest request) {
      synchronized (this) {
        unanswered++;
      }
      long callId = request.getCallId();
      ScoreTask task;
      try {
        task = RequestReader.read(request);
      } catch (IllegalArgumentException e) {
        answer(callId, ScoringAnswer.refused("", String.valueOf(e.getMessage())));
        return;
      }
      if (task instanceof ScoreTask.Score score && score.row().memberships() != null) {
        segments.saw(score.row().memberships());
      }
      TraceSpan span = begin(request);
      tasks.submit(
          task,
          span,
          answer -> {
            end(span, answer);
            answer(callId, answer);
          });
    }

    private TraceSpan begin(ScoreRequest request) {
      TraceSpan span = tracing.request("score", SpanKind.SERVER, request.getTraceparent());
      if (span.isTraced()) {
        request.getTraceLinksList().forEach(span::link);
      }
      return span;
    }

    private static void end(TraceSpan span, ScoringAnswer answer) {
      String outcome = answer.outcome().name();
      span.tag("attune.outcome", outcome);
      if (answer.isFailure()) {
        span.failed(outcome);
      }
      span.end();
    }

    private synchronized void answer(long callId, ScoringAnswer answer) {
      unanswered--;
      if (ended) {
        return;
      }
      answers.onNext(
          ScoreResponse.newBuilder()
              .setCallId(callId)
              .setOutcome(answer.outcome())
              .setModelVersion(answer.modelVersion())
              .setDetail(answer.detail())
              .build());
      endWhenAnswered();
      if (!ending) {
        answers.request(1);
      }
    }

    @Override
    public void onError(Throwable t) {
      abandon();
    }

    @Override
    public synchronized void onCompleted() {
      ending = true;
      endWhenAnswered();
    }

    private void endWhenAnswered() {
      if (ending && !ended && unanswered == 0) {
        ended = true;
        open.remove(this);
        answers.onCompleted();
      }
    }

    private synchronized void abandon() {
      ended = true;
      open.remove(this);
    }
  }
}
