package dev.attune.responses.access;

import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who is asking. */
public sealed interface Caller {
  /** Refuses a caller that may not read this user. */
  void mustReach(String userId);

  /** Refuses everyone but a server. */
  void mustBeServer();

  /** A server with a secret key: reads everyone. */
  record Server() implements Caller {
    @Override
    public void mustReach(String userId) {}

    @Override
    public void mustBeServer() {}
  }

  /** A browser with a public key: reads the user whose signature it brings, and nobody else. */
  record Browser(UserSignature signatures, @Nullable String signature, Instant now)
      implements Caller {
    @Override
    public void mustReach(String userId) {
      if (signature == null || !signatures.proves(userId, signature, now)) {
        throw Problem.forbidden(
            "A write key reads only with a valid "
                + UserSignature.HEADER
                + " header for this user.");
      }
    }

    @Override
    public void mustBeServer() {
      throw Problem.forbidden("This needs a secret key.");
    }
  }
}
