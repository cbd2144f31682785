package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import dev.attune.local.stack.PartStatus.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
  @Test
  void printsTheDocumentedJson() {
    var ready = new PartStatus(Part.GATEWAY, State.READY, 12L, 7070, 34L, 56L);
    var stopped = new PartStatus(Part.REDIS, State.STOPPED, null, 7379, null, null);

    assertThat(StatusCommand.json(List.of(ready, stopped)))
        .isEqualTo(
            """
            {"parts":[\
            {"name":"gateway","state":"ready","pid":12,"port":7070,"rssBytes":34,"uptimeSeconds":56},\
            {"name":"redis","state":"stopped","pid":null,"port":7379,"rssBytes":null,"uptimeSeconds":null}]}""");
  }

  @Test
  void saysUptimesForPeople() {
    assertThat(StatusCommand.uptime(9L)).isEqualTo("9 s");
    assertThat(StatusCommand.uptime(75L)).isEqualTo("1:15 min");
    assertThat(StatusCommand.uptime(7_260L)).isEqualTo("2:01 h");
  }
}
