package dev.attune.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private final Redaction redaction =
      Redaction.of(
          List.of(
              Map.of(
                  "ATTUNE_REDIS_PASSWORD", "hunter22",
                  "ATTUNE_HOME", "/srv/attune",
                  "A_TOKEN", "abc"),
              Map.of("ATTUNE_REDIS_PASSWORD", "hunter33")),
          List.of("local-secret"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Bearer abc.def-1_2=|Authorization: Bearer [removed]",
        "authorization: basic dXNlcjpwYXNz|authorization: basic [removed]",
        "redis://user:pa55@10.0.0.1:6379/0|redis://[removed]@10.0.0.1:6379/0",
        "POST /v1/events?key=w-1&x=2|POST /v1/events?key=[removed]&x=2",
        "ssl.keystore.password=pa55, next|ssl.keystore.password=[removed], next",
        "\"clientSecret\": \"pa55 w\"}|\"clientSecret\": [removed]}",
        "sasl.jaas.config = Scram;|sasl.jaas.config = [removed];",
        "GET /v1/users/anna/features 404|GET /v1/users/[removed]/features 404",
        "mail of anna.b@example.org came|mail of [removed] came",
        "the password hunter22, twice hunter22|the password [removed], twice [removed]",
        "the one that was kept is hunter33|the one that was kept is [removed]",
        "asked with local-secret here|asked with [removed] here"
      })
  void takesSecretsAndPeopleOut(String text, String clean) {
    assertThat(redaction.text(text)).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Started gateway in 3.2 s: 127.0.0.1:7070",
        "http://127.0.0.1:7072/v1/models says 200",
        "attune_ingest_accepted_events_total 3443.0",
        "abc is too short to be taken out of everything"
      })
  void leavesTheRestAsItIs(String text) {
    assertThat(redaction.text(text)).isEqualTo(text);
  }

  @Test
  void settingsThatHoldASecretAreShownWithoutTheirValue() {
    assertThat(redaction.setting("ATTUNE_SECRET_KEY", "x")).isEqualTo("[removed]");
    assertThat(redaction.setting("AWS_SESSION_TOKEN", "x")).isEqualTo("[removed]");
    assertThat(redaction.setting("ATTUNE_KEYS_FILE", "/etc/keys")).isEqualTo("/etc/keys");
    assertThat(redaction.setting("ATTUNE_REDIS_URI", "redis://:pa55@h"))
        .isEqualTo("redis://[removed]@h");
  }
}
