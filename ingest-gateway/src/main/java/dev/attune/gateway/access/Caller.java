package dev.attune.gateway.access;

import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who was let in. */
public sealed interface Caller {
  /** Of the key, or {@code oidc:} and the token's subject: what rates and dead letters say. */
  String name();

  /** What metrics say; there may be any number of subjects. */
  default String label() {
    return name().startsWith("oidc:") ? "oidc" : name();
  }

  /** Whether the caller may bring events of this user; null: nobody can tell whose they are. */
  boolean speaksFor(@Nullable String userId);

  /** Has a secret key or a token, and is trusted with all users. */
  record Server(String name) implements Caller {
    @Override
    public boolean speaksFor(@Nullable String userId) {
      return true;
    }
  }

  /** Has a public key, and says itself who the user is. */
  record Browser(String name) implements Caller {
    @Override
    public boolean speaksFor(@Nullable String userId) {
      return true;
    }
  }

  /**
   * Has a public key that must prove its user.
   *
   * @param now when the head came; a signature that expires while the body comes is good
   */
  record SignedBrowser(String name, UserSignature signatures, String signature, Instant now)
      implements Caller {
    @Override
    public boolean speaksFor(@Nullable String userId) {
      return userId != null && signatures.proves(userId, signature, now);
    }

    /** The same for a signature that is missing, over, wrong or another user's. */
    public static Problem unproven() {
      return Problem.forbidden(
          "This key needs a valid "
              + UserSignature.HEADER
              + " header for the one user of all events.");
    }
  }
}
