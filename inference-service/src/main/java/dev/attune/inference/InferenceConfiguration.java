package dev.attune.inference;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.encoder.LocalEncoders;
import dev.attune.inference.kafka.ProfileReader;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ModelSettings;
import dev.attune.inference.oip.OpenInference;
import dev.attune.inference.refill.ProfileScorer;
import dev.attune.inference.refill.Refill;
import dev.attune.inference.refill.RefillSettings;
import dev.attune.inference.scoring.EncoderSettings;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.RedisSettings;
import dev.attune.tracing.TracingConfiguration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What is made of settings, or comes from other modules. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaSettings.class, RedisSettings.class})
@Import(TracingConfiguration.class)
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
  SentenceEncoders sentenceEncoders(EncoderSettings settings) {
    return new LocalEncoders(settings.dir(), settings.cache());
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
  AuditLog auditLog(KafkaSettings kafka, SchemaRegistryClient registry, InstantSource clock) {
    return new AuditLog(kafka, registry, "inference-service", clock);
  }

  @Bean
  OpenInference openInference(ModelHost models, ObjectProvider<BuildProperties> build) {
    String version = build.stream().map(BuildProperties::getVersion).findFirst().orElse("unknown");
    return new OpenInference(models, version);
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
}
