package dev.attune.inference.refill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.inference.TestModels;
import dev.attune.inference.kafka.ProfileReader.Profile;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.scoring.EverythingStored;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.TokenCounts;
import dev.attune.schemas.avro.UserProfile;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileScorerTest {
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ProfileScorer scorer =
      new ProfileScorer(
          () -> ModelSlots.EMPTY, new EverythingStored(), InstantSource.system(), meters);

  @Test
  void aMalformedProfileIsCountedAndThoseBehindItAreScored() {
    FeatureVector features = TestModels.row(1).toAvro();
    FeatureVector unequal = TestModels.row(1).toAvro();
    unequal.setTokens(List.of(new TokenCounts(List.of(1, 2), List.of(1))));

    scorer.score(
        List.of(profile("a", -1, features), profile("b", 1, unequal), profile("c", 1, features)),
        Duration.ofSeconds(1));

    assertThat(counted("malformed")).isEqualTo(2);
    assertThat(counted("no_model")).isEqualTo(1);
  }

  private double counted(String result) {
    return meters.counter("attune.refill.profiles", "result", result).count();
  }

  private static Profile profile(String user, long offset, FeatureVector features) {
    var profile =
        new UserProfile(user, "s-1", 0, 0, offset, 1L, 1L, features, List.of(), Map.of(), null);
    return new Profile(user, profile, 1);
  }
}
