package dev.attune.gateway.limits;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.limits.KeyRates.Refusal;
import dev.attune.http.Problem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many events a key and its users may bring, and how many users nobody has seen yet (token
 * buckets). All of a batch is taken or none of it: a client that is told to wait sends the same
 * batch again. A batch larger than the bucket is let in when the bucket is full and paid off
 * afterwards, or it could never pass.
 */
public final class RateLimiter {
  private final Limits browsers;
  private final Limits signedBrowsers;
  private final Limits servers;
  private final int rememberedUsers;
  private final RateMeters meters;
  private final LongSupplier nanoTime;
  private final Map<String, KeyRates> keys = new ConcurrentHashMap<>();

  /**
   * @param nanoTime of a clock that nobody sets
   */
  RateLimiter(RateSettings settings, RateMeters meters, LongSupplier nanoTime) {
    this.browsers = Limits.ofBrowsers(settings);
    this.signedBrowsers = Limits.ofSignedBrowsers(settings);
    this.servers = Limits.ofServers(settings);
    this.rememberedUsers = settings.users();
    this.meters = meters;
    this.nanoTime = nanoTime;
  }

  /**
   * Judges by the head. Takes nothing.
   *
   * @throws Problem {@code rate_limited} when the key has nothing left for a single event
   */
  public void mustAdmit(Caller caller) {
    KeyRates rates = keys.get(caller.name());
    if (rates != null) {
      admit(caller, rates.beforeNext(limits(caller), nanoTime.getAsLong()));
    }
  }

  public boolean limitsUsers(Caller caller) {
    return limits(caller).limitUsers();
  }

  /**
   * Takes for the key and all users of a batch, or for none.
   *
   * @param perUser how many events each user has; may be left out where users have no limit
   * @throws Problem {@code rate_limited}
   */
  public void take(Caller caller, int events, Map<String, Integer> perUser) {
    Limits limits = limits(caller);
    if (limits.limitAnything()) {
      long now = nanoTime.getAsLong();
      KeyRates rates = keys.computeIfAbsent(caller.name(), name -> begin(caller, now));
      admit(caller, rates.take(limits, events, perUser, now));
    }
  }

  private KeyRates begin(Caller caller, long now) {
    meters.begin(caller);
    return new KeyRates(rememberedUsers, now);
  }

  private void admit(Caller caller, @Nullable Refusal refusal) {
    if (refusal != null) {
      meters.count(caller, refusal.limit());
      throw Problem.rateLimited(refusal.limit().detail(), refusal.pause());
    }
  }

  private Limits limits(Caller caller) {
    return switch (caller) {
      case Caller.Server _ -> servers;
      case Caller.Browser _ -> browsers;
      case Caller.SignedBrowser _ -> signedBrowsers;
    };
  }
}
