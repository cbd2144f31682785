package dev.attune.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The service with a clock that a test has set, since windows take hours to close. */
final class SetClock {
  private SetClock() {}

  public static void main(String[] arguments) {
    new SpringApplicationBuilder(StreamsApplication.class).sources(Hands.class).run(arguments);
  }

  /** Not annotated: the service's component scan would find it in every other test. */
  static class Hands {
    @Bean
    @Primary
    InstantSource setClock(@Value("${test.clock-behind}") Duration behind) {
      return InstantSource.offset(Clock.systemUTC(), behind.negated());
    }
  }
}
