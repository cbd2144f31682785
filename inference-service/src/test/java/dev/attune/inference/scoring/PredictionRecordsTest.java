package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.StoredPrediction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredictionRecordsTest {
  private static final Scripted LIVE = Scripted.of("1", row -> new float[] {1, 0, 0});
  private static final Scripted CANARY = Scripted.of("2", row -> new float[] {1, 0, 0});

  @Test
  void aPredictionNamesTheCanaryOfItsTimeAndWhatItIsComparedWith() {
    StoredPrediction alone = stored(new ModelSlots(LIVE));
    StoredPrediction compared = stored(new ModelSlots(LIVE, CANARY, 0.2, null));

    assertThat(alone.getCanary()).isNull();
    assertThat(alone.getCanaryLive()).isNull();
    assertThat(compared.getCanary()).isEqualTo("2");
    assertThat(compared.getCanaryShare()).isEqualTo(0.2);
    assertThat(compared.getCanaryLive()).isEqualTo("1");
  }

  private static StoredPrediction stored(ModelSlots slots) {
    var row = new FeatureRow("set", new double[] {1}, new @Nullable String[0], new TokenBag[0]);
    var task =
        new ScoreTask.Score("u", null, new Position(0, 0, 1), 0, 0, row, List.of(), Map.of());
    var predicted = new ScoreResult.Predicted(task, LIVE, List.of(), new float[0]);
    return PredictionRecords.put(predicted, slots, 0, null).prediction();
  }
}
