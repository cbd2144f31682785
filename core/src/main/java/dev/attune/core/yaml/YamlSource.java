package dev.attune.core.yaml;

import dev.attune.core.yaml.Problem.Severity;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A file that is being read.
 *
 * @param text its code points, in which marks count
 */
record YamlSource(String file, int[] text, Problems problems) {
  /** A place in the file; both count from 1. */
  record Place(int line, int column) {
    static final Place START = new Place(1, 1);

    static Place of(Optional<Mark> mark, Place otherwise) {
      return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(otherwise);
    }
  }

  void add(Place place, Severity severity, String message) {
    problems.add(new Problem(file, place.line(), place.column(), severity, message));
  }

  void error(Optional<Mark> mark, String message) {
    add(Place.of(mark, Place.START), Severity.ERROR, message);
  }
}
