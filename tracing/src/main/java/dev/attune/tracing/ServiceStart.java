package dev.attune.tracing;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;

/**
 * Starts a service with the beans that its build worked out, where the build did so (Spring's
 * ahead-of-time processing): a start takes a fifth less. What the build found then holds, and it
 * found no export of traces and none of Spring's own settings changed. So where one of these is
 * set, beans are worked out at the start, and so they are with {@code -Dspring.aot.enabled=false}.
 */
public final class ServiceStart {
  private static final String BUILT_BEANS = "spring.aot.enabled";

  private static final List<String> SPRINGS_OWN = List.of("spring", "management", "server");

  /** Brings the local stack's keys and secrets alone. */
  private static final Set<String> HARMLESS = Set.of("SPRING_PROFILES_ACTIVE");

  private ServiceStart() {}

  /**
   * @param application its main class
   * @param arguments Spring's, such as {@code --server.port=0}
   */
  public static void run(Class<?> application, String... arguments) {
    Set<String> properties = System.getProperties().stringPropertyNames();
    if (isBuilt(application) && isAsBuilt(System.getenv(), properties, arguments)) {
      System.setProperty(BUILT_BEANS, "true");
    }
    SpringApplication.run(application, arguments);
  }

  /** The classes of an editor, or of a module that is not packed yet, have no such beans. */
  private static boolean isBuilt(Class<?> application) {
    String beans = application.getSimpleName() + "__ApplicationContextInitializer.class";
    return application.getResource(beans) != null;
  }

  /**
   * Whether nothing is set that could lead to other beans than the build's.
   *
   * @param properties names of system properties
   */
  static boolean isAsBuilt(
      Map<String, String> environment, Collection<String> properties, String... arguments) {
    boolean exported = Boolean.parseBoolean(environment.get("ATTUNE_TRACING_ENABLED"));
    Stream<String> variables =
        environment.keySet().stream().filter(name -> !HARMLESS.contains(name));
    return !exported
        && arguments.length == 0
        && Stream.concat(variables, properties.stream()).noneMatch(ServiceStart::isSprings);
  }

  private static boolean isSprings(String name) {
    String first = name.split("[._]", 2)[0];
    return SPRINGS_OWN.stream().anyMatch(first::equalsIgnoreCase);
  }
}
