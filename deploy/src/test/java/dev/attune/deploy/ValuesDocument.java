package dev.attune.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The chart's values as a page: what each is for, from its comment, and its default. */
final class ValuesDocument {
  private static final String HEAD =
      """
      # Values of the chart

      What has no default here has none that could be right: the chart doesn't render without it. [Chart](../../README.md#chart) tells
      how to install it. This page is made from `values.yaml`.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  static String of(Path values) throws IOException {
    var settings = LoadSettings.builder().setParseComments(true).build();
    var root =
        (MappingNode) new Compose(settings).composeString(Files.readString(values)).orElseThrow();
    var document = new ValuesDocument();
    root.getValue().forEach(document::section);
    return document.page.toString();
  }

  private void section(NodeTuple tuple) {
    String name = name(tuple);
    page.append("\n## ").append(name).append("\n\n");
    List<String> comment = comment(tuple);
    String says = prose(comment);
    if (!says.isEmpty()) {
      page.append(says).append("\n\n");
    }
    List<String> example = example(comment);
    if (!example.isEmpty()) {
      page.append("```yaml\n").append(String.join("\n", example)).append("\n```\n\n");
    }
    page.append("| value | default | |\n|---|---|---|\n");
    if (isGroup(tuple.getValueNode())) {
      rows("", tuple.getValueNode());
    } else {
      row(name, shown(tuple.getValueNode()), "");
    }
  }

  private void rows(String prefix, Node group) {
    for (NodeTuple tuple : ((MappingNode) group).getValue()) {
      String path = prefix + name(tuple);
      List<String> comment = comment(tuple);
      List<String> example = example(comment);
      String says = prose(comment);
      if (!example.isEmpty()) {
        says += " `" + example.stream().map(String::strip).collect(Collectors.joining(" ")) + "`";
      }
      Node value = tuple.getValueNode();
      if (!isGroup(value)) {
        row(path, shown(value), says);
        continue;
      }
      if (!says.isEmpty()) {
        row(path, "", says);
      }
      rows(path + ".", value);
    }
  }

  private void row(String path, String value, String says) {
    page.append("| `%s` | %s | %s |%n".formatted(path, value, says.replace("|", "\\|")));
  }

  private static String shown(Node value) {
    return "`" + text(value) + "`";
  }

  /** With values of its own; a mapping in braces is one value. */
  private static boolean isGroup(Node node) {
    return node instanceof MappingNode mapping && mapping.getFlowStyle() == FlowStyle.BLOCK;
  }

  private static String text(Node node) {
    return switch (node) {
      case MappingNode mapping ->
          mapping.getValue().stream()
              .map(tuple -> name(tuple) + ": " + text(tuple.getValueNode()))
              .collect(Collectors.joining(", ", "{", "}"));
      case SequenceNode list ->
          list.getValue().stream()
              .map(ValuesDocument::text)
              .collect(Collectors.joining(", ", "[", "]"));
      case ScalarNode scalar when scalar.isPlain() -> scalar.getValue();
      default -> '"' + ((ScalarNode) node).getValue() + '"';
    };
  }

  private static String name(NodeTuple tuple) {
    return ((ScalarNode) tuple.getKeyNode()).getValue();
  }

  private static List<String> comment(NodeTuple tuple) {
    var lines = new ArrayList<String>();
    List<CommentLine> comments = tuple.getKeyNode().getBlockComments();
    for (CommentLine line : comments == null ? List.<CommentLine>of() : comments) {
      if (line.getCommentType() == CommentType.BLOCK) {
        lines.add(line.getValue());
      } else {
        // an empty line: what was before stands for itself
        lines.clear();
      }
    }
    return lines;
  }

  private static String prose(List<String> comment) {
    return comment.stream()
        .filter(line -> !isExample(line))
        .map(String::strip)
        .collect(Collectors.joining(" "));
  }

  private static List<String> example(List<String> comment) {
    return comment.stream()
        .filter(ValuesDocument::isExample)
        .map(line -> line.substring(3))
        .toList();
  }

  private static boolean isExample(String line) {
    return line.startsWith("   ");
  }
}
