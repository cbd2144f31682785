package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.RecordWriter;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class DecisionSpoolTest {
  private final RecordWriter<Decision> writer = new RecordWriter<>();

  @TempDir private Path folder;

  @Test
  void whatIsNotInTheTopicIsLeftInAnySize() throws IOException {
    var random = new Random(7);
    List<Decision> waiting = new ArrayList<>();
    try (DecisionSpool spool = spool()) {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        Decision decision = decision(i, "a".repeat(random.nextInt(20_000)));
        places.add(spool.add(writer.write(decision)));
        waiting.add(decision);
        while (waiting.size() > 50) {
          int gone = random.nextInt(waiting.size());
          waiting.remove(gone);
          spool.remove(places.remove(gone));
        }
      }
    }

    assertThat(left()).containsExactlyInAnyOrderElementsOf(waiting);
  }

  @Test
  void saysThatItIsFullBeforeItIs() throws IOException {
    byte[] record = writer.write(decision(1, "a".repeat(100_000)));
    try (DecisionSpool spool = spool()) {
      List<Integer> places = new ArrayList<>();
      while (spool.hasRoom()) {
        places.add(spool.add(record));
      }

      assertThat(places).hasSizeGreaterThan(25).doesNotContain(DecisionSpool.NONE);
      assertThat(spool.add(record)).isNotEqualTo(DecisionSpool.NONE);
      assertThat(spool.add(new byte[1 << 20])).isEqualTo(DecisionSpool.NONE);
      places.forEach(spool::remove);
      assertThat(spool.hasRoom()).isTrue();
    }
  }

  @Test
  void wipesWhatIsInTheTopicAndGoesWhenNothingWaits() throws IOException {
    DecisionSpool spool = spool();
    int place = spool.add(writer.write(decision(1, "said to somebody")));
    assertThat(content()).contains("said to somebody");

    spool.remove(place);

    assertThat(content()).doesNotContain("said to somebody");
    spool.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void doesNotTakeItsOwnFileForAnothers() throws IOException {
    try (DecisionSpool one = spool();
        DecisionSpool other = spool()) {
      assertThat(one.others()).hasSize(1);
      assertThat(other.others()).hasSize(1).isNotEqualTo(one.others());
    }
  }

  private DecisionSpool spool() {
    DataSize size = DataSize.ofMegabytes(4);
    return new DecisionSpool(new DecisionSettings(1, size, folder, size));
  }

  private List<Decision> left() throws IOException {
    try (DecisionSpool next = spool();
        OrphanedSpool left = OrphanedSpool.take(next.others().getFirst()).orElseThrow()) {
      return left.decisions();
    }
  }

  private String content() throws IOException {
    try (DecisionSpool other = spool()) {
      return Files.readString(other.others().getFirst(), StandardCharsets.ISO_8859_1);
    }
  }

  private static Decision decision(int number, String text) {
    return Decision.newBuilder()
        .setDecisionId("d-" + number)
        .setUserId("ada")
        .setSlot("greeting")
        .setDecidedAt(number)
        .setPersonalized(false)
        .setReason("default")
        .setTemplateId("hello")
        .setText(text)
        .build();
  }
}
