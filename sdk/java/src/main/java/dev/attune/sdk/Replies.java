package dev.attune.sdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the response API; a refused signature is fetched anew once. */
final class Replies {
  private final Options options;
  private final Transport transport;
  private final Signatures signatures;
  private final Traces traces;
  private final FailureReport report;

  Replies(Options options, Transport transport, Traces traces) {
    this.traces = traces;
    this.options = options;
    this.transport = transport;
    this.signatures = new Signatures(options.signature);
    this.report =
        new FailureReport(
            options.onFailure,
            options.responses + "/v1/responses",
            "No reply comes from {0}: {1}. Check the address, the key, what is asked for"
                + " and any proxy in between.");
  }

  /**
   * @param sent the position of the user's last accepted event, where one is known
   * @return empty where the server cannot be reached or refuses, or another server answers
   */
  Optional<Reply> ask(ReplyRequest request, @Nullable String sent) throws InterruptedException {
    String userId = request.userId();
    byte[] body = request.toJson(sent).getBytes(StandardCharsets.UTF_8);
    String trace = traces.reply(userId);
    try {
      Transport.Response response = post(userId, trace, body);
      if (options.signature != null && (response.status() == 401 || response.status() == 403)) {
        signatures.forget();
        response = post(userId, trace, body);
      }
      return judge(response);
    } catch (IOException | RuntimeException e) {
      // a chat goes on without a personal reply, whatever the transport or the signer threw
      report.tell(Failure.thrown(Failure.Request.REPLY, e, false), e);
      return Optional.empty();
    }
  }

  private Transport.Response post(String userId, @Nullable String trace, byte[] body)
      throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Authorization", "Bearer " + options.key);
    if (trace != null) {
      headers.put(Traces.HEADER, trace);
    }
    String signature = signatures.of(userId);
    if (signature != null) {
      headers.put("Attune-User-Signature", signature);
    }
    return transport.post(options.responses + "/v1/responses", headers, body, options.timeout);
  }

  private Optional<Reply> judge(Transport.Response response) {
    Map<?, ?> answer = Json.object(response.body());
    int status = response.status();
    // a page, or another service's answer, has no text to show
    if (status != 200 || !(answer.get("text") instanceof String)) {
      report.tell(Failure.answered(Failure.Request.REPLY, status, answer, false), status);
      return Optional.empty();
    }
    report.isOver();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    answer.forEach((name, field) -> fields.put((String) name, field));
    return Optional.of(new Reply(fields));
  }
}
