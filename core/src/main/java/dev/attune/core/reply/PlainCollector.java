package dev.attune.core.reply;

import com.samskivert.mustache.BasicCollector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lets templates see maps and lists only: no getters, hence no code, of any object. */
final class PlainCollector extends BasicCollector {
  @Override
  public <K, V> Map<K, V> createFetcherCache() {
    return new ConcurrentHashMap<>();
  }
}
