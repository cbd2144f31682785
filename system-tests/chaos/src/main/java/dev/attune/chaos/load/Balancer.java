package dev.attune.chaos.load;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The addresses of a service's instances that take requests, in turns; never none. */
public final class Balancer {
  private final List<URI> instances = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  public Balancer(String url) {
    instances.add(URI.create(url));
  }

  public void add(String url) {
    instances.add(URI.create(url));
  }

  public void remove(String url) {
    instances.remove(URI.create(url));
  }

  URI next() {
    // one look: an instance may go meanwhile
    URI[] now = instances.toArray(URI[]::new);
    return now[Math.floorMod(turn.getAndIncrement(), now.length)];
  }
}
