package dev.attune.system;

import dev.attune.local.infra.Checkout;
import dev.attune.system.pods.Podman;
import java.nio.file.Path;

/** The images that {@code ./attune images} built, and the podman that runs them for all tests. */
final class BuiltImages {
  static final Path ARCHIVES = Checkout.find().root().resolve("target/images");

  /** Images, containers and logs. What one test has loaded is there for the next. */
  static final Path CONTAINERS =
      Checkout.find().root().resolve(RunningStack.TARGET).resolve("containers");

  private BuiltImages() {}

  static Path archive(String module) {
    return ARCHIVES.resolve("attune-" + module + ".tar");
  }

  static Podman podman() {
    return new Podman(CONTAINERS);
  }
}
