package dev.attune.bench.empty;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Spring MVC on Tomcat with virtual threads and nothing behind it: the most that a handler of an
 * ordinary service could answer.
 */
@SpringBootApplication
@RestController
public class EmptyHandler {
  private static final byte[] ANSWER = "{}".getBytes(StandardCharsets.US_ASCII);

  public static void main(String[] arguments) {
    SpringApplication.run(EmptyHandler.class, arguments);
  }

  @PostMapping("/**")
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setContentType("application/json");
    response.setContentLength(ANSWER.length);
    response.getOutputStream().write(ANSWER);
  }

  @GetMapping("/ready")
  void ready(HttpServletResponse response) {
    response.setStatus(200);
  }
}
