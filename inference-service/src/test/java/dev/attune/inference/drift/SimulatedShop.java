package dev.attune.inference.drift;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.drift.IndependentRows;
import dev.attune.core.drift.ReferenceBins;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.avro.SessionFeatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Customers of the support playbook, as the engine sees them: their rows after messages. */
final class SimulatedShop {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final List<String> PAGES = List.of("/orders", "/help/refund", "/login", "/search");
  private static final List<String> CHANNELS = List.of("web", "web", "web", "ios", "android");

  private final Playbook playbook = Playbook.load(Path.of("../playbooks/support"));
  private final UserEngine engine = playbook.engine();

  /** A row after a message. */
  record Row(String userId, long at, long firstSeenAt, FeatureRow row, SessionFeatures record) {
    Row(String userId, long at, long firstSeenAt, FeatureRow row) {
      this(userId, at, firstSeenAt, row, published(userId, at, firstSeenAt, row));
    }

    private static SessionFeatures published(
        String userId, long at, long firstSeenAt, FeatureRow row) {
      return new SessionFeatures(
          userId,
          null,
          "e",
          "message_sent",
          0,
          0,
          at,
          at,
          at,
          row.toAvro(),
          List.of(),
          firstSeenAt,
          null);
    }

    long age() {
      return AgeBucket.age(at, firstSeenAt);
    }
  }

  FeatureSet features() {
    return playbook.features();
  }

  /**
   * A customer's visits from the first to an end, some days apart.
   *
   * @param newPage how likely a page is one that the training didn't know
   */
  List<Row> customer(int number, long first, long end, double newPage) {
    var random = new SplittableRandom(number * 7_919L + 1);
    var life = new Life("c-" + number, CHANNELS.get(random.nextInt(CHANNELS.size())), random);
    for (long at = first; at < end; at += Math.round((0.3 + 6 * random.nextDouble()) * DAY)) {
      life.visit(at, end, newPage);
    }
    return life.rows;
  }

  /** One customer's events through the engine. */
  private final class Life {
    private final List<Row> rows = new ArrayList<>();
    private final String userId;
    private final String channel;
    private final SplittableRandom random;
    private @Nullable UserState state;
    private long clock;
    private long end;
    private int events;

    Life(String userId, String channel, SplittableRandom random) {
      this.userId = userId;
      this.channel = channel;
      this.random = random;
    }

    void visit(long at, long before, double newPage) {
      clock = at;
      end = before;
      for (int pages = 1 + random.nextInt(4); pages > 0; pages--) {
        String page =
            random.nextDouble() < newPage ? "/sale" : PAGES.get(random.nextInt(PAGES.size()));
        happens(event("page_viewed").setPageViewed(new PageViewed(page, null, null)));
        if (random.nextInt(2) == 0) {
          happens(event("clicked").setClicked(new Clicked("e-" + random.nextInt(5), null)));
        }
      }
      for (int messages = 1 + random.nextInt(4); messages > 0; messages--) {
        int length = 5 + random.nextInt(60);
        happens(event("message_sent").setMessageSent(new MessageSent("x".repeat(length), length)));
        String category = "c" + random.nextInt(4);
        happens(event("issue_opened").setIssueOpened(new IssueOpened("i-" + events, category)));
      }
      if (random.nextInt(3) == 0) {
        happens(
            event("feedback")
                .setFeedback(new Feedback("csat", 1.0 + random.nextInt(5), null, null)));
      }
    }

    private InteractionEvent.Builder event(String type) {
      clock += 4_000 + random.nextInt(36_000);
      return InteractionEvent.newBuilder()
          .setEventId(userId + "-" + events++)
          .setType(type)
          .setUserId(userId)
          .setChannel(channel)
          .setOccurredAt(clock)
          .setReceivedAt(clock);
    }

    private void happens(InteractionEvent.Builder builder) {
      if (clock >= end) {
        return;
      }
      InteractionEvent event = builder.build();
      UserUpdate step = engine.apply(state, event, new Position(0, 0, events));
      state = step.state();
      if (event.getType().equals("message_sent")) {
        rows.add(new Row(userId, clock, step.state().firstMillis().orElseThrow(), step.row()));
      }
    }
  }

  /** A model's manifest with these rows as its training. */
  ModelManifest trainedOn(List<Row> rows) {
    return trainedByAge(rows).toBuilder().references(references(rows)).build();
  }

  /** The same with references by age alone. */
  ModelManifest trainedByAge(List<Row> rows) {
    List<AgeReferences> ages = new ArrayList<>();
    for (AgeBucket bucket : AgeBucket.ALL) {
      List<Row> some = rows.stream().filter(row -> bucket.holds(row.age())).toList();
      if (!some.isEmpty()) {
        List<Reference> references = references(some);
        if (!bucket.isOpenEnded()) {
          double[] values = some.stream().mapToDouble(Row::age).toArray();
          references.add(ReferenceBins.numbers(ModelManifest.AGE, values, independent(some)));
        }
        Long to = bucket.isOpenEnded() ? null : bucket.toMillis();
        ages.add(new AgeReferences(bucket.fromMillis(), to, references));
      }
    }
    return ModelManifest.builder("intent", "1")
        .columns(features().id(), encodings())
        .referencesByAge(ages)
        .build();
  }

  private List<Encoding> encodings() {
    List<Encoding> encodings = new ArrayList<>();
    for (FeatureColumn column : features().columns()) {
      if (column.kind() == ColumnKind.NUMBER) {
        encodings.add(new Encoding.Number(column.name(), column.index()));
      } else if (column.kind() == ColumnKind.CATEGORY) {
        encodings.add(new Encoding.OneHot(column.name(), column.index(), List.of("web")));
      }
    }
    return encodings;
  }

  private List<Reference> references(List<Row> rows) {
    double independent = independent(rows);
    List<Reference> references = new ArrayList<>();
    for (FeatureColumn column : features().columns()) {
      int at = column.index();
      if (column.kind() == ColumnKind.NUMBER) {
        double[] values = rows.stream().mapToDouble(row -> row.row().numbers()[at]).toArray();
        references.add(ReferenceBins.numbers(column.name(), values, independent));
      } else if (column.kind() == ColumnKind.CATEGORY) {
        List<@Nullable String> values = new ArrayList<>();
        rows.forEach(row -> values.add(row.row().categories()[at]));
        references.add(ReferenceBins.categories(column.name(), values, independent));
      }
    }
    return references;
  }

  private static double independent(List<Row> rows) {
    Map<String, Long> users =
        rows.stream().collect(Collectors.groupingBy(Row::userId, Collectors.counting()));
    return IndependentRows.of(users.values());
  }
}
