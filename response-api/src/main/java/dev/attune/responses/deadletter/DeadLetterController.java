package dev.attune.responses.deadletter;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Why events were refused, for servers and the console. */
@RestController
class DeadLetterController {
  /** A person sees the pattern by then. */
  private static final int SAMPLES = 3;

  private final DeadLetterLog log;

  DeadLetterController(DeadLetterLog log) {
    this.log = log;
  }

  /**
   * @param letters how many of the newest letters these reasons are of
   * @param oldest when the oldest of them was received; null: there is none
   * @param reasons the most frequent first
   * @param complete false: the topic is still being read, so some may be missing
   */
  record DeadLetters(
      int letters, @Nullable Instant oldest, List<Reason> reasons, boolean complete) {}

  /**
   * Letters with the same mistake.
   *
   * @param source which service refused them
   * @param field what is wrong in them; null: all of it
   * @param samples the newest
   */
  record Reason(
      String source,
      String code,
      @Nullable String field,
      int letters,
      Instant newest,
      List<Sample> samples) {}

  /**
   * @param detail what is wrong, in words
   * @param sourceKey the name of the API key that sent it; null: not known
   * @param index its place in the request; null: not known
   * @param original what was sent, masked where it is text, cut after 4,096 characters; null: it is
   *     no text
   */
  record Sample(
      Instant receivedAt,
      String detail,
      @Nullable String eventId,
      @Nullable String sourceKey,
      @Nullable Integer index,
      @Nullable String original,
      int bytes) {
    static Sample of(DeadLetterView letter) {
      return new Sample(
          letter.receivedAt(),
          letter.detail(),
          letter.eventId(),
          letter.sourceKey(),
          letter.index(),
          letter.original(),
          letter.bytes());
    }
  }

  private record Mistake(String source, String code, @Nullable String field) {}

  @Operation(
      operationId = "deadLetters",
      summary = "Why events were refused, each reason with samples",
      description =
          "Of the newest 500 dead letters. Those of erased users are left out. `./attune replay"
              + " --dead-letters` has all of them.")
  @GetMapping(path = "/v1/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
  DeadLetters deadLetters(@Parameter(hidden = true) Caller caller) {
    caller.mustBeServer(Scope.READ);
    if (!log.isReadable()) {
      throw Problem.unavailable("The list of erasures is being read.");
    }
    List<DeadLetterView> letters = log.letters();
    Map<Mistake, List<DeadLetterView>> byMistake = new LinkedHashMap<>();
    for (DeadLetterView letter : letters) {
      var mistake = new Mistake(letter.source(), letter.code(), letter.field());
      byMistake.computeIfAbsent(mistake, _ -> new ArrayList<>()).add(letter);
    }
    return new DeadLetters(
        letters.size(),
        letters.isEmpty() ? null : letters.getLast().receivedAt(),
        byMistake.entrySet().stream()
            .map(entry -> reason(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(Reason::letters).reversed())
            .toList(),
        log.isCaughtUp());
  }

  private static Reason reason(Mistake mistake, List<DeadLetterView> letters) {
    return new Reason(
        mistake.source(),
        mistake.code(),
        mistake.field(),
        letters.size(),
        letters.getFirst().receivedAt(),
        letters.stream().limit(SAMPLES).map(Sample::of).toList());
  }
}
