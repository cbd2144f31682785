package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** Writes the API's reference to {@code target/apidocs}; a mistake in a comment fails it. */
class ApiDocsTest {
  private static final Path OUT = Path.of("target/apidocs");

  @Test
  void javadocWritesTheReferenceWithoutAWarning() {
    StringWriter said = new StringWriter();
    PrintWriter log = new PrintWriter(said);

    int exit =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(
                log,
                log,
                "-quiet",
                "-Werror",
                "-Xdoclint:all,-missing",
                "-notimestamp",
                "--release",
                "11",
                "-classpath",
                System.getProperty("java.class.path"),
                "-sourcepath",
                "src/main/java",
                "-d",
                OUT.toString(),
                "dev.attune.sdk");

    assertThat(exit).as(said.toString()).isZero();
    for (Class<?> type :
        List.of(
            Attune.class,
            Event.class,
            Failure.class,
            Options.class,
            Reply.class,
            ReplyRequest.class)) {
      assertThat(OUT.resolve("dev/attune/sdk/" + type.getSimpleName() + ".html")).exists();
    }
    assertThat(Files.exists(OUT.resolve("dev/attune/sdk/Spool.html"))).isFalse();
  }
}
