package dev.attune.responses;

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
    try (Service service = Service.start(Infra.shared(), "it-log-privacy.").ready()) {
      RawRequests.send(service.uri(), RawRequests.naming(USER))
          .forEach(
              (request, answer) -> assertThat(answer).as(request).doesNotStartWith("HTTP/1.1 5"));
      service.user(USER);
      service.reply(USER, "greeting");
      service.delete("/v1/users/" + USER, Service.secretHeaders());
    }

    assertThat(output.getAll()).contains("Netty started");
    assertThat(output.getAll().lines().filter(line -> line.contains(USER))).isEmpty();
  }
}
