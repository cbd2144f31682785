package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.Scope;
import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is asking. */
public sealed interface Caller {
  /** What was presented; valid when the request came. */
  AccessKey key();

  /** The key's name. */
  default String name() {
    return key().name();
  }

  /** Until when this user may be read; empty: not at all. */
  Optional<Instant> reach(String userId);

  /**
   * Refuses a key that lacks the scope.
   *
   * @throws Problem {@code forbidden}
   */
  default void must(Scope scope) {
    if (!key().may(scope)) {
      throw Problem.forbidden("This key lacks the scope " + scope.word() + ".");
    }
  }

  /**
   * Refuses everyone but a server whose key has the scope.
   *
   * @throws Problem {@code forbidden}
   */
  void mustBeServer(Scope scope);

  /**
   * Refuses a caller that may not know of this user: a browser needs his signature and the scope
   * replies.
   *
   * @param servers the scope that a server needs
   * @return until when he may
   * @throws Problem {@code forbidden}
   */
  Instant mustReach(String userId, Scope servers);

  /** A server with a secret key: reads everyone. */
  record Server(AccessKey key) implements Caller {
    @Override
    public Optional<Instant> reach(String userId) {
      return Optional.of(key.until());
    }

    @Override
    public void mustBeServer(Scope scope) {
      must(scope);
    }

    @Override
    public Instant mustReach(String userId, Scope servers) {
      must(servers);
      return key.until();
    }
  }

  /** A browser with a public key: reads the user whose signature it brings, and nobody else. */
  record Browser(AccessKey key, UserSignature signatures, @Nullable String signature, Instant now)
      implements Caller {
    @Override
    public Optional<Instant> reach(String userId) {
      return signature == null
          ? Optional.empty()
          : signatures.expiry(userId, signature, now).map(this::orKeysEnd);
    }

    private Instant orKeysEnd(Instant expiry) {
      return expiry.isBefore(key.until()) ? expiry : key.until();
    }

    @Override
    public Instant mustReach(String userId, Scope servers) {
      must(Scope.REPLIES);
      return reach(userId).orElseThrow(Browser::refusal);
    }

    /** Refuses who can't be anybody, before anything is looked up to find out who he is. */
    public void mustBePlausible() {
      must(Scope.REPLIES);
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
    public void mustBeServer(Scope scope) {
      throw Problem.forbidden("This needs a secret key.");
    }
  }
}
