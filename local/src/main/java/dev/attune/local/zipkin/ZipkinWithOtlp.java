package dev.attune.local.zipkin;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** A program: Zipkin's server, and beside it in the same process a receiver of OTLP. */
public final class ZipkinWithOtlp {
  private static final int OWN_ARGUMENTS = 3;

  private ZipkinWithOtlp() {}

  /** What this program needs beside Zipkin's libraries. */
  public static String classPath() {
    return Stream.of(
            ZipkinWithOtlp.class,
            ExportTraceServiceRequest.class,
            Message.class,
            JsonGenerator.class)
        .map(ZipkinWithOtlp::placeOf)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param arguments Zipkin's port, the receiver's port, Zipkin's main class, and its arguments
   */
  public static void main(String[] arguments) throws Exception {
    var zipkin = URI.create("http://127.0.0.1:" + arguments[0] + "/api/v2/spans");
    Class.forName(arguments[2])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length));
    // it has started; had it not, this process would be over
    OtlpReceiver.start(Integer.parseInt(arguments[1]), zipkin);
  }
}
