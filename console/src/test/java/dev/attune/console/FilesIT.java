package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts and styles that a browser has from an earlier version, in each of which files are equally
 * old.
 */
class FilesIT {
  private static final FileTime OF_EACH_BUILD =
      FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private static Path files;
  private static Upstream upstream;
  private static RunningConsole console;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    console =
        RunningConsole.before(
            upstream, upstream, "spring.web.resources.static-locations=" + files.toUri());
  }

  @AfterAll
  static void stop() {
    console.close();
    upstream.close();
  }

  @BeforeEach
  void install() throws Exception {
    install("// old");
  }

  @Test
  void aChangedFileIsSentAlsoToWhoHasTheOldOne() throws Exception {
    HttpResponse<String> old = console.get("/app.js", Map.of());

    install("// new");

    assertThat(again(old).statusCode()).isEqualTo(200);
    assertThat(again(old).body()).isEqualTo("// new");
  }

  @Test
  void anUnchangedFileIsNotSentAgain() throws Exception {
    HttpResponse<String> old = console.get("/app.js", Map.of());

    assertThat(old.headers().firstValue("Cache-Control")).hasValue("no-cache");
    assertThat(again(old).statusCode()).isEqualTo(304);
    assertThat(again(old).headers().firstValue("Cache-Control").orElse(""))
        .as("a browser goes on to keep it")
        .doesNotContain("no-store");
  }

  /** What browsers have kept that loaded it before files had tags. */
  @Test
  void anAgeAloneSaysNothing() throws Exception {
    var answer =
        console.get("/app.js", Map.of("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Last-Modified")).isEmpty();
  }

  private static void install(String script) throws Exception {
    Path file = Files.writeString(files.resolve("app.js"), script);
    Files.setLastModifiedTime(file, OF_EACH_BUILD);
  }

  /** As a browser asks whether what it has still holds. */
  private static HttpResponse<String> again(HttpResponse<String> had) throws Exception {
    var asked = new HashMap<String, String>();
    had.headers().firstValue("ETag").ifPresent(tag -> asked.put("If-None-Match", tag));
    had.headers().firstValue("Last-Modified").ifPresent(at -> asked.put("If-Modified-Since", at));
    return console.get("/app.js", asked);
  }
}
