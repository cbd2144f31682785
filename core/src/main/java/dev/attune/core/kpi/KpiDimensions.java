package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a conversation or an issue is counted. Fixed when it is first counted: what is taken away
 * later is taken from where it was added.
 *
 * @param epochDay of its start, in UTC
 * @param channel {@link #UNKNOWN} when no event told
 * @param intent the most probable, by the last reply; {@link #UNKNOWN} without a reply
 * @param model the version that said so
 * @param arms of the experiments that replies belonged to, as {@code experiment/variant}
 */
record KpiDimensions(
    long epochDay,
    String channel,
    String intent,
    String model,
    List<String> segments,
    List<String> arms) {
  static final String ALL = "all";
  static final String UNKNOWN = "unknown";
  private static final long DAY = 86_400_000;

  static long dayOf(long millis) {
    return Math.floorDiv(millis, DAY);
  }

  /** Each channel, intent and model counts once; of segments and arms there may be several. */
  List<KpiSlice> slices() {
    String day = LocalDate.ofEpochDay(epochDay).toString();
    List<KpiSlice> slices = new ArrayList<>(4 + segments.size() + arms.size());
    slices.add(new KpiSlice(day, ALL, ""));
    slices.add(new KpiSlice(day, "channel", channel));
    slices.add(new KpiSlice(day, "intent", intent));
    slices.add(new KpiSlice(day, "model", model));
    segments.forEach(segment -> slices.add(new KpiSlice(day, "segment", segment)));
    arms.forEach(arm -> slices.add(new KpiSlice(day, "arm", arm)));
    return slices;
  }

  void write(ByteWriter out) {
    out.zigzag(epochDay);
    out.text(channel);
    out.text(intent);
    out.text(model);
    write(segments, out);
    write(arms, out);
  }

  private static void write(List<String> names, ByteWriter out) {
    out.varint(names.size());
    names.forEach(out::text);
  }

  /**
   * @param withArms false: a row from before they were kept
   */
  static KpiDimensions read(ByteReader in, boolean withArms) {
    long day = in.zigzag();
    String channel = in.text();
    String intent = in.text();
    String model = in.text();
    List<String> segments = names(in);
    List<String> arms = withArms ? names(in) : List.of();
    return new KpiDimensions(day, channel, intent, model, segments, arms);
  }

  private static List<String> names(ByteReader in) {
    List<String> names = new ArrayList<>();
    for (long n = in.varint(); n > 0; n--) {
      names.add(in.text());
    }
    return names;
  }
}
