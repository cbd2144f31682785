package dev.attune.warehouse.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportStateTest {
  private static final String BEFORE =
      "{\"tables\":{\"interaction-events\":{\"topicId\":\"t\",\"next\":{\"0\":7}}},\"receipts\":[]}";

  @Test
  void goesOnWithAStateFromBeforeLossesWereNoted(@TempDir Path folder) throws Exception {
    WarehouseFiles files = WarehouseFiles.at(folder.toString(), null);
    assertThat(ExportedPart.of(files, Table.EVENTS)).isEmpty();
    files.replaceState(BEFORE.getBytes(StandardCharsets.UTF_8));

    assertThat(ExportedPart.of(files, Table.EVENTS))
        .hasValue(new ExportedPart("t", Map.of(0, 7L), Map.of()));
    assertThat(ExportedPart.of(files, Table.SESSIONS)).isEmpty();
  }

  @Test
  void addsUpWhatIsLostUntilTheTopicIsAnotherOne() {
    ExportState first = ExportState.EMPTY.reached(Table.EVENTS, "t", 0, 7, 3);
    ExportState second = first.reached(Table.EVENTS, "t", 0, 20, 4);
    ExportState other = second.reached(Table.EVENTS, "u", 0, 5, 0);

    assertThat(lost(second)).containsExactly(Map.entry(0, 7L));
    assertThat(lost(ExportState.of(second.bytes()))).containsExactly(Map.entry(0, 7L));
    assertThat(lost(other)).containsExactly(Map.entry(0, 0L));
  }

  private static Map<Integer, Long> lost(ExportState state) {
    ExportState.Progress known = Objects.requireNonNull(state.tables().get(Table.EVENTS.folder()));
    return Objects.requireNonNull(known.lost());
  }
}
