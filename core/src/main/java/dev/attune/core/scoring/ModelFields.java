package dev.attune.core.scoring;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object in a model file, with one message for whatever is not there or is not what it should
 * be. Whole numbers are exact: a fraction or one beyond an int is refused, not cut.
 */
record ModelFields(Map<?, ?> map, String where) {
  static ModelFields of(@Nullable Object value, String where) throws ModelException {
    if (value instanceof Map<?, ?> map) {
      return new ModelFields(map, where);
    }
    throw new ModelException("The model file lacks " + where + ".");
  }

  boolean has(String name) {
    return map.get(name) != null;
  }

  ModelFields object(String name) throws ModelException {
    return of(map.get(name), name);
  }

  ModelFields objectOrEmpty(String name) throws ModelException {
    return has(name) ? object(name) : new ModelFields(Map.of(), name);
  }

  String text(String name) throws ModelException {
    if (map.get(name) instanceof String text) {
      return text;
    }
    throw lacking(name);
  }

  /** A whole number between the bounds, written as one or as text. */
  int integer(String name, int otherwise, int least, int most) throws ModelException {
    Object value = map.get(name);
    if (value == null) {
      return otherwise;
    }
    long number = value instanceof String text ? parsed(text, name) : whole(value, name);
    if (number < least || number > most) {
      throw new ModelException(
          "The model file has a %s of %d; %d to %d are supported."
              .formatted(name, number, least, most));
    }
    return (int) number;
  }

  private static long parsed(String text, String name) throws ModelException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ModelException("The model file has a " + name + " that is not a number.", e);
    }
  }

  @SuppressWarnings("unchecked")
  List<@Nullable Object> list(String name) throws ModelException {
    if (map.get(name) instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw lacking(name);
  }

  int[] integers(String name) throws ModelException {
    if (map.get(name) instanceof int[] values) {
      return values;
    }
    List<@Nullable Object> items = list(name);
    int[] values = new int[items.size()];
    for (int i = 0; i < values.length; i++) {
      long number = whole(items.get(i), name);
      if (number != (int) number) {
        throw new ModelException("The model file has a " + name + " that is too large.");
      }
      values[i] = (int) number;
    }
    return values;
  }

  /** As many whole numbers as wanted. */
  int[] integers(String name, int size) throws ModelException {
    int[] values = integers(name);
    checkSize(name, values.length, size);
    return values;
  }

  /** As many numbers as wanted. */
  float[] floats(String name, int size) throws ModelException {
    if (map.get(name) instanceof float[] values) {
      checkSize(name, values.length, size);
      return values;
    }
    List<@Nullable Object> items = list(name);
    checkSize(name, items.size(), size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = number(items.get(i), name).floatValue();
    }
    return values;
  }

  /** As many yeses and noes as wanted. */
  boolean[] flags(String name, int size) throws ModelException {
    int[] values = integers(name, size);
    boolean[] flags = new boolean[size];
    for (int i = 0; i < size; i++) {
      flags[i] = values[i] != 0;
    }
    return flags;
  }

  private void checkSize(String name, int size, int wanted) throws ModelException {
    if (size != wanted) {
      throw new ModelException(
          "The model file has %d values of %s in %s instead of %d."
              .formatted(size, name, where, wanted));
    }
  }

  private static long whole(@Nullable Object value, String name) throws ModelException {
    Number number = number(value, name);
    long whole = number.longValue();
    if (number.doubleValue() != whole) {
      throw new ModelException("The model file has a " + name + " that is no whole number.");
    }
    return whole;
  }

  private static Number number(@Nullable Object value, String name) throws ModelException {
    if (value instanceof Number number) {
      return number;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new ModelException("The model file has a " + name + " that is not a number.");
  }

  private ModelException lacking(String name) {
    return new ModelException("The model file lacks " + name + " in " + where + ".");
  }
}
