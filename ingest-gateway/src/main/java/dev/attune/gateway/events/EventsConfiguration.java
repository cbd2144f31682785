package dev.attune.gateway.events;

import dev.attune.gateway.access.Doorkeeper;
import java.time.Clock;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint and its clock. */
@Configuration(proxyBeanMethods = false)
class EventsConfiguration {
  @Bean
  ServletRegistrationBean<EventsServlet> eventsServlet(
      Doorkeeper doorkeeper,
      BodyReader bodies,
      EventDecoder decoder,
      Intake intake,
      IngestMeters meters,
      Clock clock) {
    var servlet = new EventsServlet(doorkeeper, bodies, decoder, intake, meters, clock);
    return new ServletRegistrationBean<>(servlet, EventsServlet.PATH);
  }

  /** Tests bring their own. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
