package dev.attune.core.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a wanted locale to those worth trying: pt-BR → pt → the default. */
final class LocaleChain {
  private LocaleChain() {}

  /** The first locale of the chain that has a text; that of its end, the default, must exist. */
  static <T> Map.Entry<String, T> resolve(Map<String, T> byLocale, List<String> chain) {
    for (String tag : chain) {
      T found = byLocale.get(tag);
      if (found != null) {
        return Map.entry(tag, found);
      }
    }
    throw new IllegalStateException("no text in the default locale " + chain.getLast());
  }

  static List<String> of(@Nullable String wanted, String fallback) {
    List<String> chain = new ArrayList<>(4);
    String tag = wanted == null ? "" : canonical(wanted);
    while (!tag.isEmpty()) {
      chain.add(tag);
      tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
    }
    chain.add(fallback);
    return chain;
  }

  /** {@code pt_br} and {@code PT-br} are {@code pt-BR}; what is no locale is empty. */
  static String canonical(String tag) {
    String canonical = Locale.forLanguageTag(tag.replace('_', '-')).toLanguageTag();
    return canonical.equals("und") ? "" : canonical;
  }
}
