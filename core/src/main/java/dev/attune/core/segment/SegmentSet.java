package dev.attune.core.segment;

import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Memberships;
import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The segments of a playbook ({@code segments.yaml}), evaluated on a user's feature row. */
public final class SegmentSet {
  private final List<Segment> segments;
  private final FeatureColumn[] columns;
  private final List<String> definitions;

  private SegmentSet(List<Segment> segments, List<FeatureColumn> columns) {
    this.segments = List.copyOf(segments);
    this.columns = columns.toArray(FeatureColumn[]::new);
    this.definitions = segments.stream().map(Segment::definition).toList();
  }

  public static SegmentSet none() {
    return new SegmentSet(List.of(), List.of());
  }

  /** Reads {@code segments.yaml}; conditions may use every number and category feature. */
  public static SegmentSet parse(YamlNode root, FeatureSet features) {
    root.only("segments");
    var columns = features.columns().stream().filter(c -> c.kind() != ColumnKind.TOKENS).toList();
    var variables = new LinkedHashMap<String, VariableType>();
    for (FeatureColumn column : columns) {
      variables.put(
          column.name(),
          column.kind() == ColumnKind.NUMBER ? VariableType.NUMBER : VariableType.TEXT);
    }
    var expressions = new Expressions(variables);
    var segments = new ArrayList<Segment>();
    for (YamlNode.Entry entry : root.get("segments").entries()) {
      YamlNode node = entry.value();
      node.only("description", "enter", "leave");
      var enter = expressions.compile(node.get("enter"));
      var leave =
          node.has("leave")
              ? expressions.compile(node.get("leave"))
              : expressions.derived("!(" + enter.text() + ")");
      segments.add(new Segment(entry.key(), enter, leave));
    }
    return new SegmentSet(segments, columns);
  }

  /** In declared order. */
  public List<Segment> segments() {
    return segments;
  }

  public List<String> names() {
    return segments.stream().map(Segment::name).toList();
  }

  /** The ids of the segments' definitions, in declared order. */
  public List<String> definitions() {
    return definitions;
  }

  /** The same by the segments' names. */
  public Map<String, String> definitionsByName() {
    var byName = new LinkedHashMap<String, String>();
    segments.forEach(segment -> byName.put(segment.name(), segment.definition()));
    return byName;
  }

  /**
   * Of each segment, whether it is among these.
   *
   * @param members names of segments
   */
  public Memberships memberships(List<String> members) {
    boolean[] in = new boolean[segments.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = members.contains(segments.get(i).name());
    }
    return new Memberships(definitions, in);
  }

  /** Who is in after this row, given who was in before; in declared order. */
  public List<String> members(FeatureRow row, List<String> before) {
    if (segments.isEmpty()) {
      return List.of();
    }
    Scope scope = new RowScope(row, columns);
    var members = new ArrayList<String>();
    for (Segment segment : segments) {
      boolean in = before.contains(segment.name());
      if (!segment.leave().test(scope) && (in || segment.enter().test(scope))) {
        members.add(segment.name());
      }
    }
    return members;
  }

  private record RowScope(FeatureRow row, FeatureColumn[] columns) implements Scope {
    @Override
    public @Nullable Object value(int slot) {
      return columns[slot].kind() == ColumnKind.NUMBER ? (Object) number(slot) : text(slot);
    }

    @Override
    public double number(int slot) {
      return row.numbers()[columns[slot].index()];
    }

    @Override
    public @Nullable String text(int slot) {
      return row.categories()[columns[slot].index()];
    }
  }
}
