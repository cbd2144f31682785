package dev.attune.console.access;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The form where people sign in; what it sends is Spring Security's to take. */
@RestController
class SignInController {
  private static final Resource FORM = new ClassPathResource("static/login.html");

  @GetMapping(path = AccessConfiguration.SIGN_IN, produces = MediaType.TEXT_HTML_VALUE)
  Resource form() {
    return FORM;
  }
}
