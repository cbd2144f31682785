package dev.attune.training.train;

import dev.attune.core.scoring.ModelBundle;
import dev.attune.training.train.VersionReplay.Figures;
import dev.attune.training.train.VersionReplay.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Versions that were replayed, as a page for people: how often each was right, and its alarms. */
public final class ReplayPage {
  private static final List<String> STYLES = List.of("", "b", "c");
  private static final int WIDTH = 920;

  /** How many versions a page can tell apart. */
  public static final int MOST_VERSIONS = STYLES.size();

  private ReplayPage() {}

  /**
   * @param versions those that were replayed, in the periods' order
   */
  public static String of(String playbook, List<ModelBundle> versions, List<Period> periods) {
    Map<String, Object> page = new HashMap<>();
    page.put("playbook", playbook);
    page.put("summary", String.join(" ", summary(versions, periods)));
    page.put("plot", plot(versions, periods).toString());
    page.put("versions", versions(versions));
    page.put("periods", periods.size());
    page.put("from", date(periods.getFirst().from()));
    page.put("to", date(periods.getLast().from()));
    page.put("rows", rows(periods));
    return Page.of("replay.html", page);
  }

  /** When each version's first alarm came after what it had learned from, a sentence each. */
  public static List<String> summary(List<ModelBundle> versions, List<Period> periods) {
    return versions.stream()
        .map(version -> version.manifest().version())
        .map(name -> firstAlarm(name, periods).orElse(name + ": no alarm."))
        .toList();
  }

  private static Optional<String> firstAlarm(String name, List<Period> periods) {
    for (Period period : periods) {
      Optional<Figures> figures = period.of(name).filter(of -> raises(of));
      if (figures.isPresent()) {
        return Optional.of(
            "%s: first alarm for the period from %s: %s."
                .formatted(name, date(period.from()), String.join("; ", figures.get().says())));
      }
    }
    return Optional.empty();
  }

  private static boolean raises(Figures of) {
    return !of.learned() && !of.alarms().isEmpty();
  }

  private static SvgPlot plot(List<ModelBundle> versions, List<Period> periods) {
    SvgPlot plot = new SvgPlot("The share that each version was right in, by period", WIDTH);
    int last = Math.max(1, periods.size() - 1);
    int step = Math.max(1, periods.size() / 8);
    for (int i = 0; i < periods.size(); i += step) {
      plot.mark((double) i / last, date(periods.get(i).from()));
    }
    for (int version = 0; version < versions.size(); version++) {
      List<SvgPlot.Dot> learned = new ArrayList<>();
      List<SvgPlot.Dot> fresh = new ArrayList<>();
      for (int i = 0; i < periods.size(); i++) {
        double across = (double) i / last;
        periods
            .get(i)
            .of(versions.get(version).manifest().version())
            .ifPresent(
                of ->
                    (of.learned() ? learned : fresh)
                        .add(new SvgPlot.Dot(across, of.top1(), raises(of))));
      }
      plot.curve(learned, STYLES.get(version) + " learned");
      plot.curve(fresh, STYLES.get(version));
    }
    return plot;
  }

  private static List<Map<String, Object>> versions(List<ModelBundle> versions) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      String to = versions.get(i).manifest().data().to();
      all.add(
          Map.of(
              "name", versions.get(i).manifest().version(),
              "style", STYLES.get(i),
              "learnedTo", to.length() < 10 ? "–" : to.substring(0, 10)));
    }
    return all;
  }

  private static List<Map<String, Object>> rows(List<Period> periods) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Period period : periods) {
      for (Figures of : period.versions()) {
        rows.add(
            Map.of(
                "from", date(period.from()),
                "count", Page.count(period.rows()),
                "version", of.version() + (of.learned() ? " (learned from it)" : ""),
                "top1", Page.percent(of.top1()) + Page.plusMinus(100 * of.margin(), 1),
                "top3", Page.percent(of.top3()),
                "logLoss", Page.number(of.logLoss()),
                "unknown", Page.percent(of.unknown()),
                "alarms", of.says()));
      }
    }
    return rows;
  }

  private static String date(Instant time) {
    return time.toString().substring(0, 10);
  }
}
