package dev.attune.core.reply;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Duration;
import java.util.List;

/** A small shop's replies for tests. */
final class ReplyBooks {
  static final String SHOP =
      """
      defaultLocale: en
      locales: [en, es, pt-BR]
      timezone: Europe/Madrid
      maxLength: 120
      variables:
        name: {maxLength: 10}
        parcels: {default: "0"}
        order: {}
      slots:
        greeting:
          generic:
            text:
              en: "Hello{{#name}} {{name}}{{/name}}!"
              es: "¡Hola{{#name}} {{name}}{{/name}}!"
              pt-BR: "Olá!"
            quickReplies:
              - value: help
                label: {en: Help, es: Ayuda, pt-BR: Ajuda}
          rules:
            - name: night
              when: hour >= 23 && intent.label == "order_status"
              text: {en: Up late, es: Trasnochando, pt-BR: Ainda acordado}
            - name: order-status
              when: intent.label == "order_status" && intent.probability > 0.5
              text:
                en: "Looking for order {{order}}, {{name}}?"
                es: "¿Buscas el pedido {{order}}, {{name}}?"
                pt-BR: "Procurando o pedido {{order}}?"
              quickReplies:
                - value: track
                  label: {en: Track it, es: Seguirlo, pt-BR: Rastrear}
            - name: upset
              when: '"frustrated" in segments'
              text: {en: Sorry, es: Perdona, pt-BR: Desculpe}
      """;

  private ReplyBooks() {}

  static ReplyBook book(String yaml) {
    Problems problems = new Problems();
    ReplyBook book =
        ReplyBook.parse(YamlNode.parse("responses.yaml", yaml, problems), features(), segments());
    problems.throwIfAny();
    return book;
  }

  static ReplyEngine engine(String yaml, String experimentsYaml) {
    ReplyBook book = book(yaml);
    Problems problems = new Problems();
    Experiments experiments =
        Experiments.parse(
            YamlNode.parse("experiments.yaml", experimentsYaml, problems),
            book.slotNames(),
            book.expressions(),
            features(),
            SessionPolicy.STANDARD.gap());
    problems.throwIfAny();
    return new ReplyEngine(book, experiments, features(), Duration.ofHours(24));
  }

  static FeatureSet features() {
    Problems problems = new Problems();
    return FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", problems));
  }

  static SegmentSet segments() {
    String yaml = "segments: {frustrated: {enter: 'true'}}";
    return SegmentSet.parse(YamlNode.parse("segments.yaml", yaml, new Problems()), features());
  }

  static StoredPrediction prediction(
      String label, double probability, long receivedAt, String... segments) {
    return StoredPrediction.newBuilder()
        .setPartition(3)
        .setOffset(1523)
        .setOccurredAt(receivedAt)
        .setReceivedAt(receivedAt)
        .setPredictedAt(receivedAt + 5)
        .setModelName("intent")
        .setModelVersion("2026-01-02.1")
        .setProbabilities(
            List.of(
                new LabelProbability(label, (float) probability),
                new LabelProbability("other", (float) (1 - probability))))
        .setVector(new FeatureVector(features().id(), List.of(), List.of(), List.of(), null))
        .setSegments(List.of(segments))
        .build();
  }
}
