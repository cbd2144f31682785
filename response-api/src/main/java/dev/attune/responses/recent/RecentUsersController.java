package dev.attune.responses.recent;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.audit.Audit;
import dev.attune.schemas.avro.RecentUser;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who was active of late, and what was said to them; for servers and the console. */
@RestController
class RecentUsersController {
  /** As much as a person looks at, and at most some hundred kilobytes. */
  private static final int MOST = 200;

  private static final int LONGEST_QUERY = 200;

  private final RecentUsersLog log;
  private final Audit audit;

  RecentUsersController(RecentUsersLog log, Audit audit) {
    this.log = log;
    this.audit = audit;
  }

  /**
   * @param users those who were active last come first
   * @param found how many there are with those that `limit` leaves out
   * @param segments of all listed users, whatever was asked for; the largest first
   * @param complete false: the list is still being read, so some may be missing
   */
  record Users(List<ListedUser> users, int found, List<SegmentSize> segments, boolean complete) {}

  /** How many of the listed users are in a segment. */
  record SegmentSize(String segment, int users) {}

  /**
   * @param conversations those with the newest activity come first
   * @param found how many there are with those that `limit` leaves out
   * @param segments of all listed users, whatever was asked for; the largest first
   * @param complete false: the list is still being read, so some may be missing
   */
  record Conversations(
      List<ListedConversation> conversations,
      int found,
      List<SegmentSize> segments,
      boolean complete) {}

  @Operation(
      operationId = "users",
      summary = "Who was active of late",
      description =
          "Of the newest 2,000 users, of the last 30 days at most. It is a list for people who look"
              + " for a user: feature-streams writes it once a second. The audit log has who asked.")
  @GetMapping(path = "/v1/users", produces = MediaType.APPLICATION_JSON_VALUE)
  Users users(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @Parameter(description = "the beginning of the user's id") @RequestParam(required = false)
          @Nullable String prefix,
      @Parameter(description = "only this user") @RequestParam(required = false)
          @Nullable String userId,
      @Parameter(description = "only users in this segment") @RequestParam(required = false)
          @Nullable String segment,
      @Parameter(description = "only users who were active since then, in RFC 3339")
          @RequestParam(required = false)
          @Nullable String since,
      @Parameter(description = "1 to 200") @RequestParam(defaultValue = "50") int limit) {
    admit(caller, request, "users_listed", prefix, limit);
    long from = time(since);
    List<RecentUser> all = log.users();
    List<RecentUser> found =
        all.stream()
            .filter(user -> prefix == null || user.getUserId().startsWith(prefix))
            .filter(user -> userId == null || userId.equals(user.getUserId()))
            .filter(user -> isIn(user, segment) && user.getLastActiveAt() >= from)
            .toList();
    return new Users(
        found.stream().limit(limit).map(ListedUser::of).toList(),
        found.size(),
        segments(all),
        log.isCaughtUp());
  }

  @Operation(
      operationId = "conversations",
      summary = "Conversations of late, with the replies given and why",
      description =
          "Of the newest 2,000 users the last three sessions in which something was said, each with"
              + " its last ten replies. What users wrote is not in it; `GET /v1/users/{userId}`"
              + " with `history=true` has it. The audit log has who asked.")
  @GetMapping(path = "/v1/conversations", produces = MediaType.APPLICATION_JSON_VALUE)
  Conversations conversations(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @Parameter(
              description =
                  "a text in the ids of user, session or decision, or in a reply's text, template,"
                      + " slot, reason, arm or intent; in any case")
          @RequestParam(required = false)
          @Nullable String query,
      @Parameter(description = "only of this user") @RequestParam(required = false)
          @Nullable String userId,
      @Parameter(description = "only of users in this segment") @RequestParam(required = false)
          @Nullable String segment,
      @Parameter(description = "only with activity since then, in RFC 3339")
          @RequestParam(required = false)
          @Nullable String since,
      @Parameter(description = "1 to 200") @RequestParam(defaultValue = "50") int limit) {
    admit(caller, request, "conversations_read", query, limit);
    long from = time(since);
    List<RecentUser> all = log.users();
    List<ListedConversation> found =
        all.stream()
            .filter(user -> userId == null || userId.equals(user.getUserId()))
            .filter(user -> isIn(user, segment) && user.getLastActiveAt() >= from)
            .flatMap(RecentUsersController::talks)
            .filter(one -> one.lastActiveAt().toEpochMilli() >= from)
            .filter(one -> query == null || one.mentions(query))
            .sorted(Comparator.comparing(ListedConversation::lastActiveAt).reversed())
            .toList();
    return new Conversations(
        found.stream().limit(limit).toList(), found.size(), segments(all), log.isCaughtUp());
  }

  private void admit(
      Caller caller, ServerHttpRequest request, String action, @Nullable String text, int limit) {
    caller.mustBeServer(Scope.READ);
    if (limit < 1 || limit > MOST) {
      throw Problem.invalid("limit", "limit is 1 to " + MOST + ".");
    }
    if (text != null && text.length() > LONGEST_QUERY) {
      throw Problem.invalid("query", "At most " + LONGEST_QUERY + " characters are looked for.");
    }
    if (!log.isReadable()) {
      throw Problem.unavailable("The list of erasures is being read.");
    }
    audit.allow(caller, request, action);
  }

  private static long time(@Nullable String text) {
    try {
      return text == null ? Long.MIN_VALUE : Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      throw Problem.invalid("since", "A time is written like 2026-01-31T09:00:00Z.");
    }
  }

  private static boolean isIn(RecentUser user, @Nullable String segment) {
    return segment == null || user.getSegments().contains(segment);
  }

  private static Stream<ListedConversation> talks(RecentUser user) {
    return user.getConversations().stream()
        .filter(ListedConversation::isTalk)
        .map(conversation -> ListedConversation.of(user, conversation));
  }

  private static List<SegmentSize> segments(List<RecentUser> users) {
    Map<String, Integer> sizes = new TreeMap<>();
    users.stream()
        .flatMap(user -> user.getSegments().stream())
        .forEach(segment -> sizes.merge(segment, 1, Integer::sum));
    return sizes.entrySet().stream()
        .map(size -> new SegmentSize(size.getKey(), size.getValue()))
        .sorted(Comparator.comparingInt(SegmentSize::users).reversed())
        .toList();
  }
}
