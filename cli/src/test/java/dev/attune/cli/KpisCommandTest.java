package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class KpisCommandTest {
  @Test
  void printsARowAValueAndADashForWhatIsUnknown() {
    String table =
        table(
            """
            {"from":"2026-01-01","to":"2026-01-07","by":"channel","rows":[
             {"value":"web","visits":9,
              "engagement":{"conversations":8,"messagesPerConversation":2.5,
                            "quickReplyShare":0.25,"assistedShare":0.5},
              "handling":{"totalSeconds":760.0,"secondsPerConversation":95.0},
              "csat":{"ratings":2,"mean":4.25},
              "resolution":{"opened":4,"open":1,"medianSeconds":5400.0,"p90Seconds":null}}]}
            """);

    assertThat(table).contains("Conversations from 2026-01-01 to 2026-01-07");
    String row = table.lines().filter(line -> line.startsWith("  web")).findFirst().orElseThrow();
    assertThat(row.strip().split(" {2,}"))
        .containsExactly("web", "8", "2.5", "25 %", "50 %", "95 s", "4.3", "4", "1", "90 min", "-");
  }

  @Test
  void saysWhyThereIsNothingYet() {
    assertThat(table("{\"from\":\"2026-01-01\",\"to\":\"2026-01-07\",\"by\":\"day\",\"rows\":[]}"))
        .contains("a session counts when it has ended")
        .doesNotContain("segment", "half of the issues");
    assertThat(
            table("{\"from\":\"2026-01-01\",\"to\":\"2026-01-07\",\"by\":\"segment\",\"rows\":[]}"))
        .contains("only when its customer was in a segment");
  }

  @Test
  void explainsItsHeadingsAndWhatIsUnknown() {
    String report = "{\"by\":\"intent\",\"rows\":[{\"value\":\"%s\"}]}";

    assertThat(table(report.formatted("unknown")))
        .contains("Open ones", "unknown  no reply in the session knew a prediction");
    assertThat(table(report.formatted("refund"))).doesNotContain("unknown  ");
  }

  private static String table(String report) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    KpisCommand.table(
        new Terminal(out, false, false, 100), JsonMapper.builder().build().readTree(report));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
