package dev.attune.console.forward;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A service that the console stands before. */
public enum Service {
  GATEWAY,
  RESPONSES,
  INFERENCE,
  STREAMS;

  /** As in the console's paths and in the local stack. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Service> named(String id) {
    return Arrays.stream(values()).filter(service -> service.id().equals(id)).findFirst();
  }
}
