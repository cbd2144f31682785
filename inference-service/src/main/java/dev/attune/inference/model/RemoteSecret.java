package dev.attune.inference.model;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest.Remote;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the servers of remote models are shown, and which of them are. */
record RemoteSecret(@Nullable String secret, List<String> targets) {
  static final RemoteSecret NONE = new RemoteSecret(null, List.of());

  /**
   * What this server is shown; null: nothing.
   *
   * @throws ModelException when everybody on the way could read it
   */
  @Nullable String shownTo(Remote server) throws ModelException {
    if (secret == null || !targets.contains(server.target())) {
      return null;
    }
    if (!server.tls()) {
      throw new ModelException(
          "%s gets the secret, so the manifest must ask for TLS.".formatted(server.target()));
    }
    return secret;
  }

  @Override
  public String toString() {
    return "for " + targets;
  }
}
