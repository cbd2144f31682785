package dev.attune.inference;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.kafka.PredictionPublisher;
import dev.attune.inference.kafka.ProfileReader;
import dev.attune.inference.kafka.PublisherSettings;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ModelSettings;
import dev.attune.inference.oip.OipGrpc;
import dev.attune.inference.oip.OpenInference;
import dev.attune.inference.refill.ProfileScorer;
import dev.attune.inference.refill.Refill;
import dev.attune.inference.refill.RefillSettings;
import dev.attune.inference.scoring.PredictionLog;
import dev.attune.inference.scoring.Scorer;
import dev.attune.inference.scoring.ScoringEndpoint;
import dev.attune.inference.scoring.ScoringHealth;
import dev.attune.inference.scoring.ScoringSettings;
import dev.attune.inference.scoring.ShadowScorer;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the parts; this is the whole picture of the service. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaSettings.class, RedisSettings.class})
class InferenceConfiguration {

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  ModelRegistry modelRegistry(ModelSettings properties) {
    return properties.registry();
  }

  @Bean
  ModelHost models(
      ModelRegistry registry,
      ModelSettings properties,
      InstantSource clock,
      MeterRegistry metrics) {
    return new ModelHost(registry, properties, clock, metrics);
  }

  @Bean
  RedisPredictions redis(RedisSettings settings) {
    return new RedisPredictions(settings, "attune-inference");
  }

  @Bean
  PredictionWriter predictionWriter(RedisPredictions redis) {
    return redis.writer();
  }

  @Bean
  SchemaRegistryClient schemaRegistry(KafkaSettings kafka) {
    return new SchemaRegistryClient(kafka.registry());
  }

  @Bean
  PredictionPublisher predictionLog(
      KafkaSettings kafka,
      PublisherSettings settings,
      SchemaRegistryClient schemas,
      MeterRegistry metrics) {
    return new PredictionPublisher(kafka, settings, schemas, metrics);
  }

  @Bean
  Scorer scorer(
      ScoringSettings properties,
      ModelHost models,
      PredictionWriter store,
      PredictionLog predictions,
      ShadowScorer shadow,
      ScoringHealth health,
      InstantSource clock,
      MeterRegistry metrics) {
    return new Scorer(properties, models, store, predictions, shadow, health, clock, metrics);
  }

  @Bean
  ScoringHealth scoringHealthIndicator(InstantSource clock) {
    return new ScoringHealth(clock);
  }

  @Bean
  ShadowScorer shadow(MeterRegistry metrics) {
    return new ShadowScorer(metrics);
  }

  @Bean
  ScoringEndpoint scoringEndpoint(Scorer scorer, ScoringSettings properties) {
    return new ScoringEndpoint(scorer, properties);
  }

  @Bean
  OpenInference openInference(ModelHost models, ObjectProvider<BuildProperties> build) {
    String version = build.stream().map(BuildProperties::getVersion).findFirst().orElse("unknown");
    return new OpenInference(models, version);
  }

  @Bean
  OipGrpc openInferenceGrpc(OpenInference inference) {
    return new OipGrpc(inference);
  }

  @Bean
  Refill refill(
      RefillSettings properties,
      ModelHost models,
      RedisPredictions redis,
      KafkaSettings kafka,
      SchemaRegistryClient schemas,
      ProfileScorer profiles) {
    return new Refill(
        properties,
        models,
        redis.refillMarks(),
        KafkaStart.topics(kafka),
        () -> new ProfileReader(kafka, schemas),
        profiles);
  }

  @Bean
  ProfileScorer profileScorer(
      ModelHost models, PredictionWriter store, InstantSource clock, MeterRegistry metrics) {
    return new ProfileScorer(models, store, clock, metrics);
  }
}
