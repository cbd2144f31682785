package dev.attune.console.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/**
 * The page where people sign in, with the ways that there are: what its form sends, and where its
 * button leads to, is Spring Security's to take.
 */
@RestController
class SignInController {
  /** In the address of who comes back from the provider. */
  static final String SIGNED_IN = "signed-in";

  /** Lines between a pair of these are one way. */
  private static final String PASSWORD = "<!-- password -->";

  private static final String PROVIDER = "<!-- provider -->";
  private static final String LABEL = "{label}";

  private final String page;

  /** As long as the script takes to go on. */
  private final String pageBetween;

  SignInController(AccessSettings settings) {
    OidcSettings oidc = settings.oidc();
    String all = read();
    String password = !settings.users().isEmpty() || settings.open() ? all : without(PASSWORD, all);
    String provider = oidc.enabled() ? password : without(PROVIDER, password);
    this.page = whole(provider).replace(LABEL, HtmlUtils.htmlEscape(oidc.label()));
    this.pageBetween = without(PASSWORD, without(PROVIDER, all));
  }

  private static String read() {
    try {
      return new ClassPathResource("static/login.html").getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String without(String way, String page) {
    return page.substring(0, page.indexOf(way))
        + page.substring(page.lastIndexOf(way) + way.length());
  }

  private static String whole(String page) {
    return page.replace(PASSWORD, "").replace(PROVIDER, "");
  }

  @GetMapping(
      path = AccessConfiguration.SIGN_IN,
      produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
  String page(ServerHttpRequest request) {
    return request.getQueryParams().containsKey(SIGNED_IN) ? pageBetween : page;
  }
}
