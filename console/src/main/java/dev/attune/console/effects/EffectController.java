package dev.attune.console.effects;

import dev.attune.console.curves.Curve;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** An experiment's effect over time. */
@RestController
class EffectController {
  private final EffectWatch watch;

  EffectController(EffectWatch watch) {
    this.watch = watch;
  }

  /**
   * The differences from the control, and between what they truly may have been.
   *
   * @param times epoch seconds, ascending
   * @param arms by variant, one value a time; null: that arm was not compared then
   */
  record Effects(String metric, List<Long> times, Map<String, Series> arms) {}

  /** Values of one arm. */
  record Series(
      List<@Nullable Double> difference, List<@Nullable Double> low, List<@Nullable Double> high) {}

  @GetMapping("/api/experiments/{name}/effects")
  Effects effects(@PathVariable("name") String name) {
    List<EffectPoint> points =
        watch
            .curve(name)
            .map(Curve::points)
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "Nothing was compared yet in such an experiment."));
    Map<String, Series> arms = new LinkedHashMap<>();
    EffectPoint newest = points.getLast();
    for (ArmEffect arm : newest.arms()) {
      arms.put(arm.variant(), series(points, arm.variant()));
    }
    return new Effects(newest.metric(), points.stream().map(EffectPoint::at).toList(), arms);
  }

  private static Series series(List<EffectPoint> points, String variant) {
    List<@Nullable ArmEffect> effects =
        points.stream().<@Nullable ArmEffect>map(point -> effect(point, variant)).toList();
    return new Series(
        effects.stream().<@Nullable Double>map(e -> e == null ? null : e.difference()).toList(),
        effects.stream().<@Nullable Double>map(e -> e == null ? null : e.low()).toList(),
        effects.stream().<@Nullable Double>map(e -> e == null ? null : e.high()).toList());
  }

  private static @Nullable ArmEffect effect(EffectPoint point, String variant) {
    return point.arms().stream()
        .filter(arm -> arm.variant().equals(variant))
        .findFirst()
        .orElse(null);
  }
}
