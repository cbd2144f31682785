package dev.attune.responses.reply;

import dev.attune.responses.access.CallerResolver;
import dev.attune.responses.problem.ProblemWriter;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Where the servlet of replies answers. */
@Configuration(proxyBeanMethods = false)
class ReplyConfiguration {

  @Bean
  ServletRegistrationBean<ReplyServlet> replyServlet(
      AskReader reader,
      ReplyService replies,
      CallerResolver callers,
      ProblemWriter problems,
      JsonMapper json) {
    return new ServletRegistrationBean<>(
        new ReplyServlet(reader, replies, callers, problems, json), ReplyServlet.PATH);
  }
}
