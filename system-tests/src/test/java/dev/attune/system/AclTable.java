package dev.attune.system;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that {@code docs/security.md} lists, one operation each. */
record AclTable(List<Right> rights) {
  /**
   * @param name literal, or a prefix with {@code *} behind it
   */
  record Right(String principal, ResourceType type, String name, AclOperation operation) {
    private boolean isPrefix() {
      return name.endsWith("*");
    }

    AclBinding binding() {
      return new AclBinding(
          new ResourcePattern(
              type,
              isPrefix() ? name.substring(0, name.length() - 1) : name,
              isPrefix() ? PatternType.PREFIXED : PatternType.LITERAL),
          new AccessControlEntry("User:" + principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** Whether this is what allowed a line of the broker's log. */
    boolean allowed(String line) {
      String resource = isPrefix() ? name.substring(0, name.length() - 1) : name + " ";
      String kind = kindInLog();
      return line.contains("Principal = User:" + principal + " is Allowed ")
          && line.contains(" operation = " + operation + " ")
          && line.contains("resource = " + kind + ":LITERAL:" + resource);
    }

    private String kindInLog() {
      return switch (type) {
        case GROUP -> "Group";
        case TRANSACTIONAL_ID -> "TransactionalId";
        default -> "Topic";
      };
    }
  }

  /** The command line's account. */
  static final String JOBS = "attune-jobs";

  /** The account of {@code ./attune restore}, which is no other's. */
  static final String RESTORE = "attune-restore";

  static AclTable read() throws IOException {
    return new AclTable(
        lines().filter(line -> line.startsWith("| `attune-")).flatMap(AclTable::rights).toList());
  }

  /** The same and, from a table of its own, what a restore may. */
  static AclTable withRestore() throws IOException {
    Stream<Right> restore =
        lines()
            .filter(line -> line.startsWith("| topic ") || line.startsWith("| group "))
            .map(line -> "| " + RESTORE + " " + line)
            .flatMap(AclTable::rights);
    return new AclTable(Stream.concat(read().rights().stream(), restore).toList());
  }

  private static Stream<String> lines() throws IOException {
    return Files.readAllLines(Checkout.find().root().resolve("docs/security.md")).stream();
  }

  private static Stream<Right> rights(String line) {
    String[] cells = line.replace("`", "").split(" *\\| *");
    ResourceType type = ResourceType.valueOf(cells[2].replace(' ', '_').toUpperCase(Locale.ROOT));
    return Stream.of(cells[4].split(", "))
        .map(
            operation ->
                new Right(cells[1], type, cells[3], AclOperation.fromString(words(operation))));
  }

  /** {@code DescribeConfigs} to {@code DESCRIBE_CONFIGS}. */
  private static String words(String operation) {
    return operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  /** Without the command line's. */
  AclTable services() {
    return new AclTable(rights.stream().filter(right -> !right.principal().equals(JOBS)).toList());
  }

  List<Right> of(String principal) {
    return rights.stream().filter(right -> right.principal().equals(principal)).toList();
  }

  List<String> principals() {
    return rights.stream().map(Right::principal).distinct().toList();
  }
}
