package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.json.Rfc3339;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A tiny shop's simulated history: what customers look at and write tells what they need. */
public final class SmallShop {
  public static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final List<String> INTENTS = List.of("refund", "shipping", "account");
  private static final String[][] WORDS = {
    {"money back please", "refund my order", "return this"},
    {"where is my parcel", "delivery is late", "track the parcel"},
    {"cannot log in", "change my password", "my account is locked"}
  };

  private SmallShop() {}

  /**
   * The playbook with another training.yaml.
   *
   * @param training makes it from the usual one
   */
  public static Playbook playbook(Path dir, UnaryOperator<String> training) throws IOException {
    Path file = playbook(dir).resolve("training.yaml");
    Files.writeString(file, training.apply(Files.readString(file)));
    return Playbook.load(dir);
  }

  public static Path playbook(Path dir) throws IOException {
    Files.createDirectories(dir);
    Files.writeString(
        dir.resolve("features.yaml"),
        """
        features:
          page: {last: page_viewed.page, window: 1h}
          views: {count: page_viewed, window: 1h}
          opened: {count: issue_opened, window: 30d}
          locale: {last: any.locale}
          said: {text: message_sent.text, of: last, words: 2, window: 1h}
        """);
    segments(dir, "enter: views >= 2");
    Files.writeString(
        dir.resolve("training.yaml"),
        """
        label: {event: issue_opened, field: category, for: message_sent, within: 10m, min_rows: 5}
        split: {test: 25%}
        columns: {page: target}
        text: {bits: 10, epochs: 5, rate: 0.3, min_rows: 1, folds: 3}
        xgboost: {rounds: 10, max_depth: 3, nthread: 1}
        gates: {top1: {above: majority_top1}}
        slices: [locale]
        """);
    return dir;
  }

  /** Writes {@code segments.yaml} with one segment, {@code looking}. */
  public static void segments(Path dir, String conditions) throws IOException {
    Files.writeString(dir.resolve("segments.yaml"), "segments: {looking: {" + conditions + "}}\n");
  }

  public static Path events(Path file, int visits) throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < visits; i++) {
      int intent = random.nextInt(3);
      long at = START + i * 3_600_000L;
      String user = "u" + random.nextInt(40);
      String words = WORDS[random.nextInt(10) == 0 ? random.nextInt(3) : intent][random.nextInt(3)];
      lines.add(event(i, "page_viewed", user, at, "{\"page\":\"/" + INTENTS.get(intent) + "\"}"));
      lines.add(event(i, "message_sent", user, at + 5000, "{\"text\":\"" + words + "\"}"));
      lines.add(
          event(
              i,
              "issue_opened",
              user,
              at + 60_000,
              "{\"issueId\":\"i" + i + "\",\"category\":\"" + INTENTS.get(intent) + "\"}"));
    }
    return Files.write(file, lines);
  }

  private static String event(int visit, String type, String user, long at, String detail) {
    return ("{\"eventId\":\"%s-%d\",\"type\":\"%s\",\"userId\":\"%s\",\"occurredAt\":\"%s\","
            + "\"locale\":\"%s\",\"%s\":%s}")
        .formatted(
            type,
            visit,
            type,
            user,
            Rfc3339.format(at),
            visit % 2 == 0 ? "en" : "es",
            type,
            detail);
  }
}
