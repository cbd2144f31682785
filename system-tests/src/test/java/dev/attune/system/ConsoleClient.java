package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/**
 * What a browser sends to a console, without one.
 *
 * @param url where the console is
 */
record ConsoleClient(String url) {
  /** The hash of the password {@code look}. */
  static final String HASH_OF_LOOK = "$2b$04$abcdefghijklmnopqrstuuGrx/tTPJ.4b3OesYY.uiK4aodfIuBOe";

  /** The session's cookie of who has a name and a password. */
  String signIn(String name, String password) throws IOException {
    HttpResponse<String> answer = form(name, password);
    assertThat(answer.headers().firstValue("Location")).hasValue("/");
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  /** Where the form leads whoever fills it in so. */
  String afterForm(String name, String password) throws IOException {
    return form(name, password).headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<String> form(String name, String password) throws IOException {
    return BoundedHttp.send(
        HttpRequest.newBuilder(URI.create(url + "/login"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("username=" + name + "&password=" + password)));
  }

  /**
   * What its API answers.
   *
   * @param cookie of a session; empty: of nobody
   */
  HttpResponse<String> ask(String method, String path, String cookie) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Attune-Console", "1")
            .method(method, BodyPublishers.noBody());
    return BoundedHttp.send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
  }
}
