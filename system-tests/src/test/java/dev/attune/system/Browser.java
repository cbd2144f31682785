package dev.attune.system;

import dev.attune.local.infra.BoundedHttp;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A browser without scripts: it keeps cookies, and is led on only when it is told to. */
final class Browser implements AutoCloseable {
  private static final int MOST_HOPS = 10;

  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(cookies)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return send(request(url).GET());
  }

  HttpResponse<String> post(String url, Map<String, String> form)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        request(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  /** As a script of the console's pages does it. */
  HttpResponse<String> change(String url) throws IOException, InterruptedException {
    return send(request(url).header("Attune-Console", "1").POST(BodyPublishers.noBody()));
  }

  /** Goes on until a page comes, or the way would lead to where it has to stop. */
  HttpResponse<String> follow(HttpResponse<String> answer, String stop)
      throws IOException, InterruptedException {
    HttpResponse<String> last = answer;
    for (int i = 0; i < MOST_HOPS && to(last).filter(to -> !to.startsWith(stop)).isPresent(); i++) {
      last = get(to(last).orElseThrow());
    }
    return last;
  }

  /** Where an answer leads to, as a whole address. */
  static Optional<String> to(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").map(to -> answer.uri().resolve(to).toString());
  }

  Optional<HttpCookie> cookie(String name) {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals(name))
        .findFirst();
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).header("Accept", "text/html, */*;q=0.8");
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return BoundedHttp.send(http, request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
