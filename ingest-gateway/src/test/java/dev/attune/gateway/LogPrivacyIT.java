package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Infra;
import dev.attune.local.infra.RawRequests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** No request, however broken, brings a user's id into the log. */
@ExtendWith(OutputCaptureExtension.class)
class LogPrivacyIT {
  private static final String USER = "ada-of-no-log";

  @Test
  void logsNoUsersId(CapturedOutput output) throws Exception {
    try (Gateway gateway = Gateway.start(Infra.shared())) {
      RawRequests.send(gateway.uri(), RawRequests.naming(USER))
          .forEach(
              (request, answer) -> assertThat(answer).as(request).doesNotStartWith("HTTP/1.1 5"));
      gateway.postJson("{\"eventId\":\"1\",\"userId\":\"%s\",\"type\":\"x\"".formatted(USER));
      gateway.post("application/vnd.attune.events+avro", USER.getBytes(UTF_8));
      gateway.post("application/json", USER.getBytes(UTF_8), "Content-Encoding", "gzip");
    }

    assertThat(output.getAll()).contains("Netty started");
    assertThat(output.getAll().lines().filter(line -> line.contains(USER))).isEmpty();
  }
}
