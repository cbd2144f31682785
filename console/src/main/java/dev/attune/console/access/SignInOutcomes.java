package dev.attune.console.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ServerWebExchange;

/** Counts, records and logs what became of sign-ins of each kind. */
final class SignInOutcomes {
  /** Stands for names that nobody is known by. */
  static final String UNKNOWN = "an unknown name";

  private static final Logger log = LoggerFactory.getLogger(SignInOutcomes.class);

  private final SignInRecords records;
  private final Counter succeeded;
  private final Counter failed;
  private final Counter slowed;

  SignInOutcomes(SignInRecords records, MeterRegistry metrics) {
    this.records = records;
    this.succeeded = counter(metrics, "succeeded");
    this.failed = counter(metrics, "failed");
    this.slowed = counter(metrics, "slowed");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("attune.console.sign.ins")
        .description("Attempts to sign in; slowed: refused unread, after too many")
        .tag("outcome", outcome)
        .register(metrics);
  }

  void succeeded(String name, ServerWebExchange exchange) {
    succeeded.increment();
    records.add(name, address(exchange), true);
    log.info("{} signed in from {}", name, address(exchange));
  }

  /**
   * @param name of somebody who is known, or {@link #UNKNOWN}
   */
  void failed(String name, ServerWebExchange exchange) {
    failed.increment();
    records.add(name, address(exchange), false);
    log.warn("failed sign-in of {} from {}", name, address(exchange));
  }

  void slowed() {
    slowed.increment();
  }

  static String address(ServerWebExchange exchange) {
    InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
    return peer == null || peer.getAddress() == null ? "" : peer.getAddress().getHostAddress();
  }
}
