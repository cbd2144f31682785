package dev.attune.inference.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** Who was let in over HTTP. */
public final class RestCaller {
  private static final String KEY = RestCaller.class.getName();

  private RestCaller() {}

  static void letIn(HttpServletRequest request, String key) {
    request.setAttribute(KEY, key);
  }

  /** The name of the key with which a request was let in. */
  public static String key(HttpServletRequest request) {
    return (String) Objects.requireNonNull(request.getAttribute(KEY), "a closed path");
  }
}
