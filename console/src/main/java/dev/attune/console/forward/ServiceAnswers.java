package dev.attune.console.forward;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the console asks services for itself, with its secret key. */
@Component
public class ServiceAnswers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ServiceSettings settings;
  private final HttpClient http;

  ServiceAnswers(ServiceSettings settings) {
    this.settings = settings;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            .build();
  }

  /**
   * Takes 5 s at most.
   *
   * @param path raw, as it is sent
   * @throws IOException when the service is away or doesn't answer 200 with JSON
   */
  public JsonNode get(Service service, String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(settings.url(service).resolve(path))
            .header("Authorization", "Bearer " + settings.secret())
            .timeout(PATIENCE)
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " is answered by " + answer.statusCode());
    }
    try {
      return JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException(path + " is answered by what is no JSON", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
