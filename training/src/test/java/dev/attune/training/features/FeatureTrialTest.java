package dev.attune.training.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.Disposition;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.training.features.FeatureSummary.Categories;
import dev.attune.training.features.FeatureSummary.Numbers;
import dev.attune.training.features.FeatureTrial.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureTrialTest {
  private FeatureTrial trial;
  private long now = 1_000_000;

  @BeforeEach
  void playbook(@TempDir Path dir) throws IOException {
    Files.writeString(
        dir.resolve("features.yaml"),
        """
        features:
          views: {count: page_viewed}
          page: {last: page_viewed.page}
          clicked_on: {last: clicked.element}
        """);
    trial = new FeatureTrial(Playbook.load(dir));
  }

  @Test
  void tellsWhatAnEventChanged() {
    assertThat(trial.accept(view("e1", "ada", "/a")).changes())
        .containsExactly(new Change("views", null, 1.0), new Change("page", null, "/a"));
    assertThat(trial.accept(view("e2", "ada", "/b")).changes())
        .containsExactly(new Change("views", 1.0, 2.0), new Change("page", "/a", "/b"));
  }

  @Test
  void saysThatADuplicateIsNotCounted() {
    trial.accept(view("e1", "ada", "/a"));

    FeatureTrial.Effect again = trial.accept(view("e1", "ada", "/a"));

    assertThat(again).isEqualTo(new FeatureTrial.Effect(Disposition.DUPLICATE, List.of()));
  }

  @Test
  void sumsUpOverUsers() {
    for (int i = 0; i < 3; i++) {
      trial.accept(view("a" + i, "ada", "/a"));
    }
    trial.accept(view("b", "bob", "/a"));
    trial.accept(view("c", "cy", "/c"));

    assertThat(trial.events()).isEqualTo(5);
    assertThat(trial.users()).isEqualTo(3);
    assertThat(trial.summaries().get(0)).isEqualTo(new Numbers("views", 0, 1, 1, 1, 3));
    assertThat(trial.summaries().get(1))
        .isInstanceOfSatisfying(
            Categories.class,
            page -> {
              assertThat(page.mostFrequent()).isEqualTo("/a");
              assertThat(page.different()).isEqualTo(2);
              assertThat(page.share()).isCloseTo(2 / 3.0, within(1e-9));
            });
    assertThat(trial.summaries().get(2).missing()).isEqualTo(1);
  }

  private InteractionEvent view(String id, String user, String page) {
    now += 1_000;
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setUserId(user)
        .setType("page_viewed")
        .setOccurredAt(now)
        .setReceivedAt(now)
        .setPageViewed(new PageViewed(page, null, null))
        .build();
  }
}
