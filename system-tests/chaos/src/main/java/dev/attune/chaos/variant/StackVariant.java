package dev.attune.chaos.variant;

import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a stack has in the place of its usual servers, or between them and the services. */
public interface StackVariant extends AutoCloseable {
  /** Nothing is unusual. */
  StackVariant USUAL = _ -> Map.of();

  /**
   * Where things are.
   *
   * @param home where the stack keeps its data
   * @param first the stack as it is without the variant
   * @param seconds how the second instance of each service would be run
   */
  record Plan(
      Checkout checkout, Path home, StackSettings first, Map<Part, StackSettings> seconds) {}

  /**
   * Starts what must be there before the services do.
   *
   * @return settings of the services that lead them to it
   */
  Map<String, String> start(Plan plan);

  /** Servers of the usual stack that are not started. */
  default Set<Part> replaced() {
    return Set.of();
  }

  /** Where Kafka is. */
  default String kafka(StackSettings first) {
    return first.bootstrapServers();
  }

  /** Where Redis is: one server, or the shards in their order. */
  default List<String> redis(StackSettings first) {
    return List.of(first.redisUri());
  }

  @Override
  default void close() {}
}
