package dev.attune.gateway.limits;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The rates, and the adaptive limit ahead of the producer: Netflix's Gradient2, which compares the
 * broker's recent answer times with their long-run average and lets fewer in as they grow.
 */
@Configuration(proxyBeanMethods = false)
class LimiterConfiguration {
  @Bean
  Limiter<Void> brokerLimiter(OverloadSettings settings, MeterRegistry meters) {
    SimpleLimiter<Void> limiter =
        SimpleLimiter.newBuilder()
            .limit(
                WindowedLimit.newBuilder()
                    .build(
                        Gradient2Limit.newBuilder()
                            .initialLimit(settings.minConcurrency())
                            .minLimit(settings.minConcurrency())
                            .maxConcurrency(settings.maxConcurrency())
                            .rttTolerance(2.0)
                            .build()))
            .build();
    meters.gauge("attune.ingest.concurrency.limit", limiter, SimpleLimiter::getLimit);
    meters.gauge("attune.ingest.in.flight", limiter, SimpleLimiter::getInflight);
    return limiter;
  }

  @Bean
  RateLimiter rateLimiter(RateSettings settings, RateMeters meters) {
    return new RateLimiter(settings, meters, System::nanoTime);
  }
}
