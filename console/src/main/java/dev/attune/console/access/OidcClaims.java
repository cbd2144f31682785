package dev.attune.console.access;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Claims by their path. A name with dots in it comes before a path with the same words, since names
 * such as {@code https://shop.example/roles} are common.
 *
 * @param all as they came, nested ones as maps
 */
record OidcClaims(Map<?, ?> all) {
  Optional<String> text(String path) {
    return find(all, path) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** One text is a list of one; what is no text doesn't count. */
  List<String> texts(String path) {
    return switch (find(all, path)) {
      case String text -> List.of(text);
      case Collection<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }

  private static @Nullable Object find(Map<?, ?> claims, String path) {
    Object whole = claims.get(path);
    for (int dot = path.indexOf('.'); whole == null && dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> below) {
        whole = find(below, path.substring(dot + 1));
      }
    }
    return whole;
  }
}
