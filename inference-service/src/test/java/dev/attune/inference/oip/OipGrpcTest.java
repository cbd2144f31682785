package dev.attune.inference.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.attune.inference.model.ModelSlots;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OipGrpcTest {
  @Test
  void speaksThePublishedProtocol() {
    var service = new OipGrpc(new OpenInference(() -> ModelSlots.EMPTY, "test")).bindService();
    var schema =
        (ProtoServiceDescriptorSupplier)
            Objects.requireNonNull(service.getServiceDescriptor().getSchemaDescriptor());

    assertThat(lines(schema.getServiceDescriptor()))
        .containsExactlyInAnyOrderElementsOf(PublishedProtocol.grpc());
    assertThat(service.getMethods()).hasSize(6);
  }

  private static List<String> lines(ServiceDescriptor service) {
    FileDescriptor file = service.getFile();
    List<String> lines = new ArrayList<>();
    lines.add("package " + file.getPackage());
    service
        .getMethods()
        .forEach(
            method ->
                lines.add(
                    "rpc %s.%s %s -> %s"
                        .formatted(
                            service.getName(),
                            method.getName(),
                            name(method.getInputType()),
                            name(method.getOutputType()))));
    file.getMessageTypes().forEach(message -> add(message, lines));
    return lines;
  }

  private static void add(Descriptor message, List<String> lines) {
    if (!message.getOptions().getMapEntry()) {
      lines.add(name(message));
      message.getFields().forEach(field -> lines.add(line(message, field)));
      message.getNestedTypes().forEach(nested -> add(nested, lines));
    }
  }

  private static String line(Descriptor message, FieldDescriptor field) {
    String choice =
        field.getContainingOneof() == null ? "" : " oneof " + field.getContainingOneof().getName();
    return "%s %d %s %s%s"
        .formatted(name(message), field.getNumber(), field.getName(), declared(field), choice);
  }

  private static String declared(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<%s, %s>"
          .formatted(type(entry.findFieldByNumber(1)), type(entry.findFieldByNumber(2)));
    }
    return (field.isRepeated() ? "repeated " : "") + type(field);
  }

  private static String type(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.MESSAGE
        ? name(field.getMessageType())
        : field.getType().name().toLowerCase(Locale.ROOT);
  }

  /** Without the package, as the protocol's file writes it. */
  private static String name(Descriptor message) {
    return message.getFullName().substring(message.getFile().getPackage().length() + 1);
  }
}
