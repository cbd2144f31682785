package dev.attune.responses.reply;

import dev.attune.responses.access.CallerResolver;
import dev.attune.responses.problem.ProblemWriter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.RequestContextFilter;
import tools.jackson.databind.json.JsonMapper;

/** Where the servlet of replies answers. */
@Configuration(proxyBeanMethods = false)
class ReplyConfiguration {

  /** Spring's dispatch, the only one to ask for it, keeps the current request at hand itself. */
  @Bean
  FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
    var registration = new FilterRegistrationBean<>(new RequestContextFilter());
    registration.setEnabled(false);
    return registration;
  }

  @Bean
  ServletRegistrationBean<ReplyServlet> replyServlet(
      AskReader reader,
      ReplyService replies,
      CallerResolver callers,
      ProblemWriter problems,
      ReplyMeters meters,
      JsonMapper json) {
    return new ServletRegistrationBean<>(
        new ReplyServlet(reader, replies, callers, problems, meters, json), ReplyServlet.PATH);
  }
}
