package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A number feature as the decision's vector holds it. */
class CovariatesTest {
  private static final FeatureSet FEATURES =
      FeatureSet.parse(
          YamlNode.parse(
              "features.yaml",
              """
              features:
                clicks: {count: clicked, window: 1h}
                page: {last: page_viewed.page, window: 1h}
                messages: {count: message_sent, window: 1h}
              """,
              new Problems()));
  private static final Covariates COVARIATES = new Covariates(FEATURES);

  @Test
  void aNumberIsReadFromItsOwnColumn() {
    Decision decision = decision(FEATURES.id(), 3, 8);

    assertThat(COVARIATES.of("clicks", decision)).isEqualTo(3);
    assertThat(COVARIATES.of("messages", decision)).isEqualTo(8);
  }

  /** Users without history have the same covariate in every arm. */
  @Test
  void whatIsNotKnownIsZero() {
    Decision decision = decision(FEATURES.id(), Double.NaN, 8);
    Decision bare = decision(FEATURES.id(), 3, 8);
    bare.setVector(null);

    assertThat(COVARIATES.of("clicks", decision)).isZero();
    assertThat(COVARIATES.of(null, decision)).isZero();
    assertThat(COVARIATES.of("page", decision)).isZero();
    assertThat(COVARIATES.of("unknown", decision)).isZero();
    assertThat(COVARIATES.of("messages", bare)).isZero();
    assertThat(COVARIATES.of("messages", decision("another set", 3, 8))).isZero();
  }

  private static Decision decision(String featureSet, double clicks, double messages) {
    Decision decision = SimulatedExperiment.decision("u", "a", 1);
    decision.setVector(
        new FeatureVector(
            featureSet,
            List.of(clicks, messages),
            Collections.singletonList(null),
            List.of(),
            null));
    return decision;
  }
}
