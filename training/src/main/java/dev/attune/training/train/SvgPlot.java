package dev.attune.training.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A small plot with axes, as SVG to be put into a page. Shares go up, from 0 to 1. */
final class SvgPlot {
  private static final int HEIGHT = 320;
  private static final int LEFT = 48;
  private static final int BOTTOM = 40;
  private static final int MARGIN = 26;

  private final String title;
  private final int width;
  private final List<String> parts = new ArrayList<>();

  /**
   * @param title said to who can't see it
   */
  SvgPlot(String title) {
    this(title, 460);
  }

  SvgPlot(String title, int width) {
    this.title = title;
    this.width = width;
    for (int quarter = 0; quarter <= 4; quarter++) {
      double share = quarter / 4.0;
      line(0, share, 1, share, "axis");
      add(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f %%</text>",
          LEFT - 8, y(share) + 4, 100 * share);
    }
  }

  /** A mark below, at a place from 0 to 1. */
  void mark(double at, String text) {
    add(
        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        x(at), HEIGHT - BOTTOM + 20, text);
  }

  void line(double x1, double y1, double x2, double y2, String style) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
        x(x1), y(y1), x(x2), y(y2), style);
  }

  /**
   * A point of a curve.
   *
   * @param across a place from 0 to 1
   * @param up the same
   * @param large whether its dot stands out
   */
  record Dot(double across, double up, boolean large) {
    Dot(double across, double up) {
      this(across, up, false);
    }
  }

  /** Dots joined by a line. */
  void curve(List<Dot> points) {
    curve(points, "");
  }

  /** The same in another colour: the style's name is a class of page.css. */
  void curve(List<Dot> points, String style) {
    StringBuilder path = new StringBuilder();
    for (Dot point : points) {
      double x = x(point.across());
      double y = y(point.up());
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" class=\"dot %s\"/>",
          x, y, point.large() ? 6 : 3, style);
    }
    add("<polyline points=\"%s\" class=\"curve %s\"/>", path.toString().strip(), style);
  }

  private double x(double share) {
    return LEFT + share * (width - LEFT - MARGIN);
  }

  private static double y(double share) {
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - MARGIN);
  }

  private void add(String format, Object... values) {
    parts.add(String.format(Locale.ROOT, format, values));
  }

  @Override
  public String toString() {
    return "<svg viewBox=\"0 0 %s %s\" width=\"%s\" role=\"img\" aria-label=\"%s\">%s</svg>"
        .formatted(width, HEIGHT, width, title, String.join("", parts));
  }
}
