package dev.attune.responses.access;

import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is asking. */
public sealed interface Caller {
  /** The name of the key. */
  String key();

  /** Until when this user may be read; empty: not at all. */
  Optional<Instant> reach(String userId);

  /** Refuses everyone but a server. */
  void mustBeServer();

  /** Refuses a caller that may not read this user; the time until when is the answer's. */
  default Instant mustReach(String userId) {
    return reach(userId).orElseThrow(Browser::refusal);
  }

  /** A server with a secret key: reads everyone. */
  record Server(String key) implements Caller {
    @Override
    public Optional<Instant> reach(String userId) {
      return Optional.of(Instant.MAX);
    }

    @Override
    public void mustBeServer() {}
  }

  /** A browser with a public key: reads the user whose signature it brings, and nobody else. */
  record Browser(String key, UserSignature signatures, @Nullable String signature, Instant now)
      implements Caller {
    @Override
    public Optional<Instant> reach(String userId) {
      return signature == null ? Optional.empty() : signatures.expiry(userId, signature, now);
    }

    /** Refuses who can't be anybody, before anything is looked up to find out who he is. */
    public void mustBePlausible() {
      if (signature == null || !UserSignature.isPlausible(signature, now)) {
        throw refusal();
      }
    }

    /** The same for what is another's and for what isn't there. */
    public static Problem refusal() {
      return Problem.forbidden(
          "A write key reads only with a valid " + UserSignature.HEADER + " header for this user.");
    }

    @Override
    public void mustBeServer() {
      throw Problem.forbidden("This needs a secret key.");
    }
  }
}
