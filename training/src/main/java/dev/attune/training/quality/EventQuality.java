package dev.attune.training.quality;

import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts past events by day: how often each field is filled, and with which values where these are
 * few; and what the SDKs' versions sent, accepted or rejected. In memory that grows with days and
 * fields only. Mutable, owned by one thread.
 */
public final class EventQuality {
  /** Properties have names of their own: from so many on new ones are not looked at. */
  private static final int MOST_FIELDS = 500;

  /** They are filled always, or by the gateway. */
  private static final Set<String> NOT_OPTIONAL =
      Set.of("eventId", "userId", "type", "occurredAt", "receivedAt", "properties");

  private final Map<String, FieldTally> fields = new TreeMap<>();
  private final Map<String, Set<String>> propertiesOf = new HashMap<>();
  private final Map<String, SdkTally> sdks = new TreeMap<>();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** One SDK's events. */
  private static final class SdkTally {
    private final DailyCount accepted = new DailyCount();
    private final DailyCount rejected = new DailyCount();
  }

  /** An accepted event. */
  public void accept(InteractionEvent event) {
    long at = event.getReceivedAt();
    see(at);
    String sdk = event.getContext() == null ? null : event.getContext().getSdk();
    sdk(sdk).accepted.add(at);
    for (Schema.Field field : event.getSchema().getFields()) {
      if (!NOT_OPTIONAL.contains(field.name())) {
        record(field, event.get(field.pos()), at);
      }
    }
  }

  /**
   * A rejected event.
   *
   * @param sdk as its context tells it; null when it doesn't, or can't be read
   * @param at when it was rejected, epoch milliseconds
   */
  public void rejected(@Nullable String sdk, long at) {
    see(at);
    sdk(sdk).rejected.add(at);
  }

  private void see(long at) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }

  private SdkTally sdk(@Nullable String name) {
    return sdks.computeIfAbsent(name == null ? "" : name, _ -> new SdkTally());
  }

  private void record(Schema.Field field, @Nullable Object value, long at) {
    Schema type = nonNull(field.schema());
    if (type.getType() != Schema.Type.RECORD) {
      field(field.name(), value, at);
    } else if (value instanceof Custom custom) {
      properties(custom.getName(), custom.getProperties(), at);
    } else if (value instanceof IndexedRecord record) {
      for (Schema.Field part : type.getFields()) {
        field(field.name() + "." + part.name(), record.get(part.pos()), at);
      }
    }
  }

  /** Nobody declares them: one counts as missing once an event of that name had it. */
  private void properties(String event, @Nullable Map<String, String> given, long at) {
    Map<String, String> properties = given == null ? Map.of() : given;
    Set<String> known = propertiesOf.computeIfAbsent(event, _ -> new HashSet<>());
    known.addAll(properties.keySet());
    known.forEach(name -> field("custom." + event + "." + name, properties.get(name), at));
  }

  private void field(String name, @Nullable Object value, long at) {
    FieldTally tally = fields.get(name);
    if (tally == null && fields.size() < MOST_FIELDS) {
      tally = new FieldTally();
      fields.put(name, tally);
    }
    if (tally != null) {
      tally.add(value, at);
    }
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }

  /**
   * What was counted, the last days beside all before them.
   *
   * @param lately how long before the newest event the last days begin; whole days
   */
  public QualityReport report(Duration lately) {
    long since = last == Long.MIN_VALUE ? 0 : DailyCount.day(last) - lately.toDays() + 1;
    List<QualityReport.Sdk> sdkRows = new ArrayList<>();
    sdks.forEach(
        (name, tally) ->
            sdkRows.add(
                new QualityReport.Sdk(
                    name,
                    new QualityReport.Share(
                        tally.rejected.before(since),
                        tally.rejected.before(since) + tally.accepted.before(since)),
                    new QualityReport.Share(
                        tally.rejected.since(since),
                        tally.rejected.since(since) + tally.accepted.since(since)))));
    List<QualityReport.Field> fieldRows = new ArrayList<>();
    fields.forEach((name, tally) -> fieldRows.add(tally.report(name, since)));
    return new QualityReport(
        instant(first),
        instant(last),
        Instant.EPOCH.plus(Duration.ofDays(since)),
        sdkRows,
        fieldRows);
  }

  private @Nullable Instant instant(long at) {
    return last == Long.MIN_VALUE ? null : Instant.ofEpochMilli(at);
  }
}
