package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabelListTest {
  private ListServer server;
  private URI url;

  @BeforeEach
  void serve() throws IOException {
    server =
        ListServer.telling(
            "/v1/labels",
            """
            {"labels":[{"eventId":"e-1","label":"refund","labelledAt":"2026-01-02T03:04:05Z"},
                       {"eventId":"e-2","label":"shipping","labelledAt":"2026-01-02T03:04:06Z"}]}""",
            503);
    url = server.url();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void knowsWhatPeopleSaidInTheConsole() throws IOException {
    assertThat(LabelList.read(url, "right"))
        .containsOnly(entry("e-1", "refund"), entry("e-2", "shipping"));
  }

  @Test
  void doesNotLearnWithoutThemWhenTheyCannotBeTold() {
    assertThatThrownBy(() -> LabelList.read(url, "wrong"))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("503: people's labels are needed first");
  }
}
