package dev.attune.streams.scoring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** Finds the addresses behind a name. */
@FunctionalInterface
interface NameLookup {
  /**
   * @param name host:port
   * @throws UnknownHostException when the name has no address now
   */
  List<InetSocketAddress> addresses(String name) throws UnknownHostException;

  /**
   * Asks DNS. The addresses of one family only: a replica that has one of each would be taken for
   * two.
   */
  static List<InetSocketAddress> dns(String name) throws UnknownHostException {
    int colon = name.lastIndexOf(':');
    int port = Integer.parseInt(name.substring(colon + 1));
    InetAddress[] all = InetAddress.getAllByName(name.substring(0, colon));
    return Stream.of(all)
        .filter(address -> address.getClass().equals(all[0].getClass()))
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }
}
