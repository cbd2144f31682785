package dev.attune.console.overview;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** Finds the instances behind a service's name. */
@FunctionalInterface
public interface AddressLookup {
  /**
   * @throws UnknownHostException when the name has no address now
   */
  List<InetAddress> addresses(String host) throws UnknownHostException;

  /**
   * Asks DNS. The addresses of one family only: an instance that has one of each would be taken for
   * two.
   */
  static List<InetAddress> dns(String host) throws UnknownHostException {
    InetAddress[] all = InetAddress.getAllByName(host);
    return Stream.of(all)
        .filter(address -> address.getClass().equals(all[0].getClass()))
        .distinct()
        .toList();
  }
}
