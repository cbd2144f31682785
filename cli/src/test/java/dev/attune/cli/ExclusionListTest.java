package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExclusionListTest {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");

  private ListServer server;
  private URI url;

  @BeforeEach
  void serve() throws IOException {
    server =
        ListServer.telling(
            "/v1/erasures",
            """
            {"hashKey":"%s","erased":[{"userHash":"%s","until":"2026-01-02T03:04:05Z"}]}"""
                .formatted(HASHER.keyId(), HASHER.hash("ada")),
            401);
    url = server.url();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void knowsWhomTheStackErased() throws IOException {
    ErasedUsers erased = ExclusionList.read(url, "right", HASHER);

    assertThat(erased.excludes("ada", 1_767_323_045_000L)).isTrue();
    assertThat(erased.excludes("ada", 1_767_323_045_001L)).isFalse();
    assertThat(erased.excludes("bob", 0)).isFalse();
  }

  @Test
  void doesNotGoOnWithAnotherSecret() {
    assertThatThrownBy(() -> ExclusionList.read(url, "right", new UserHasher("0123456789abcdeF")))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("ATTUNE_ERASURE_SECRET");
  }

  @Test
  void doesNotGoOnWhenTheListIsRefused() {
    assertThatThrownBy(() -> ExclusionList.read(url, "wrong", HASHER))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("401");
  }
}
