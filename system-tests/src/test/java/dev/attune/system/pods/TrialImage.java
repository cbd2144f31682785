package dev.attune.system.pods;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Images in place of the public ones that the chart's trial and the compose file name. They are
 * started in the same way: by the same variables, arguments, users and volumes. In them are the
 * servers of {@link ServerImage}.
 */
public enum TrialImage {
  KAFKA,
  REGISTRY,
  REDIS;

  private String target() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name and tag. */
  public String reference() {
    return "localhost/attune-trial-" + target() + ":test";
  }

  /** All three, once the image of servers is there. */
  public static void build(Podman podman, Checkout checkout)
      throws IOException, InterruptedException {
    Path context = checkout.root().resolve("system-tests/src/test/resources/pods/trial");
    for (TrialImage image : values()) {
      podman.build(image.reference(), context, "--target=" + image.target());
    }
  }
}
