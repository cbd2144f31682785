package dev.attune.system.pods;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One mapping of a manifest, read strictly: {@link #end} fails on what nobody asked for, so that
 * nothing in a manifest is skipped in silence.
 */
final class Fields {
  private final String place;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Set<String> unread;

  Fields(String place, Object yaml) {
    this.place = place;
    ((Map<?, ?>) yaml)
        .forEach(
            (name, value) -> {
              if (value != null) {
                values.put(name.toString(), value);
              }
            });
    this.unread = new TreeSet<>(values.keySet());
  }

  private Optional<Object> read(String name) {
    unread.remove(name);
    return Optional.ofNullable(values.get(name));
  }

  Optional<String> text(String name) {
    return read(name).map(Object::toString);
  }

  String need(String name) {
    return text(name).orElseThrow(() -> error(name + " is missing"));
  }

  int number(String name, int otherwise) {
    return text(name).map(Integer::parseInt).orElse(otherwise);
  }

  Optional<Fields> some(String name) {
    return read(name).map(value -> new Fields(place + "." + name, value));
  }

  Fields inner(String name) {
    return some(name).orElseThrow(() -> error(name + " is missing"));
  }

  List<Fields> list(String name) {
    return read(name).map(value -> (Collection<?>) value).orElse(List.of()).stream()
        .map(value -> new Fields(place + "." + name + "[]", value))
        .toList();
  }

  List<String> texts(String name) {
    return read(name).map(value -> (Collection<?>) value).orElse(List.of()).stream()
        .map(Object::toString)
        .toList();
  }

  /** Names and texts; empty where there are none. */
  Map<String, String> map(String name) {
    var map = new LinkedHashMap<String, String>();
    some(name).ifPresent(all -> all.values.forEach((key, value) -> map.put(key, value.toString())));
    return map;
  }

  /** What has to be said, and said so. */
  Fields must(String name, Object value) {
    if (!values.containsKey(name)) {
      throw error("%s is missing; only %s is played".formatted(name, value));
    }
    return only(name, value);
  }

  /** What is played in one way only, which is also Kubernetes' own. */
  Fields only(String name, Object value) {
    read(name)
        .filter(found -> !Objects.equals(found, value))
        .ifPresent(
            found -> {
              throw error("%s is %s; only %s is played".formatted(name, found, value));
            });
    return this;
  }

  /** What changes nothing in how pods run here: a scheduler's, or a registry's. */
  Fields ignore(String... names) {
    unread.removeAll(Set.of(names));
    return this;
  }

  void end() {
    if (!unread.isEmpty()) {
      throw error("these are not played: " + unread);
    }
  }

  /** All of it, to compare with another. */
  Map<String, Object> raw() {
    return values;
  }

  IllegalArgumentException error(String what) {
    return new IllegalArgumentException(place + ": " + what);
  }
}
