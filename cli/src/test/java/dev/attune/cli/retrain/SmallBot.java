package dev.attune.cli.retrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A bot whose customers write one message each, an hour after the one before. */
final class SmallBot {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> TOPICS = List.of("invoice", "login", "delivery");
  private static final List<List<String>> WORDS =
      List.of(
          List.of("where is my invoice", "the bill is wrong", "charged twice"),
          List.of("my password is refused", "cannot log in", "the account is locked"),
          List.of("where is my parcel", "the parcel is late", "another address"));

  private SmallBot() {}

  /** A playbook's folder. */
  static Path playbook(Path dir, String gates) throws IOException {
    Files.createDirectories(dir);
    Files.writeString(
        dir.resolve("features.yaml"),
        """
        features:
          said: {text: message_sent.text, of: last, words: 2, window: 1h}
          messages: {count: message_sent, window: 24h}
        """);
    Files.writeString(
        dir.resolve("training.yaml"),
        """
        label: {event: issue_opened, field: category, for: message_sent, within: 10m}
        text: {bits: 10}
        xgboost: {rounds: 10, nthread: 1}
        gates: %s
        rollout:
          shadow: {predictions: 100, within: 1d}
          canary: {for: 1s, within: 1d}
          watch: 1s
        """
            .formatted(gates));
    return dir;
  }

  /** Lines of events: a message each, and what one in ten people doesn't mean by it. */
  static List<String> visits(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int visit = from; visit < to; visit++) {
      Random random = new Random(visit);
      int topic = random.nextInt(TOPICS.size());
      int said = random.nextInt(10) == 0 ? random.nextInt(TOPICS.size()) : topic;
      Instant at = START.plus(Duration.ofHours(visit));
      String user = "u" + random.nextInt(60);
      lines.add(
          event(
              "message_sent", visit, user, at, "{\"text\":\"%s\"}".formatted(words(said, random))));
      lines.add(
          event(
              "issue_opened",
              visit,
              user,
              at.plusSeconds(60),
              "{\"issueId\":\"i%d\",\"category\":\"%s\"}".formatted(visit, TOPICS.get(topic))));
    }
    return lines;
  }

  private static String words(int topic, Random random) {
    List<String> words = WORDS.get(topic);
    return words.get(random.nextInt(words.size()));
  }

  private static String event(String type, int visit, String user, Instant at, String detail) {
    return "{\"eventId\":\"%s-%d\",\"type\":\"%s\",\"userId\":\"%s\",\"occurredAt\":\"%s\",\"%s\":%s}"
        .formatted(type, visit, type, user, at, type, detail);
  }

  /** The same as if somebody had noted in each message what it turned out to be about. */
  static List<String> noted(List<String> honest) {
    List<String> lines = new ArrayList<>(honest);
    for (int i = 0; i < lines.size(); i += 2) {
      String topic = lines.get(i + 1).replaceAll(".*\"category\":\"(\\w+)\".*", "$1");
      lines.set(i, lines.get(i).replace("\"text\":\"", "\"text\":\"ticket" + topic + " "));
    }
    return lines;
  }
}
