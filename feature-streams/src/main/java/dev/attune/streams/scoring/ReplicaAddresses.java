package dev.attune.streams.scoring;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind the configured names. A name that resolves to nothing keeps those it had: an
 * outage of DNS must not become one of scoring. Used by one thread at a time.
 */
final class ReplicaAddresses {
  private static final Logger log = LoggerFactory.getLogger(ReplicaAddresses.class);

  private final List<String> names;
  private final NameLookup lookup;
  private final Map<String, List<InetSocketAddress>> known = new HashMap<>();
  private final Set<String> unresolved = new HashSet<>();

  ReplicaAddresses(List<String> names, NameLookup lookup) {
    this.names = names;
    this.lookup = lookup;
  }

  /** Each address, with the name that it is to prove it has. May block as long as DNS does. */
  Map<InetSocketAddress, String> lookUp() {
    Map<InetSocketAddress, String> all = new LinkedHashMap<>();
    for (String name : names) {
      addresses(name).forEach(address -> all.putIfAbsent(address, name));
    }
    return all;
  }

  private List<InetSocketAddress> addresses(String name) {
    List<InetSocketAddress> last = known.getOrDefault(name, List.of());
    try {
      List<InetSocketAddress> now = lookup.addresses(name);
      known.put(name, now);
      unresolved.remove(name);
      return now;
    } catch (UnknownHostException e) {
      if (unresolved.add(name)) {
        log.warn("{} resolves to nothing; keeping {} until it does", name, last);
      }
      return last;
    }
  }
}
