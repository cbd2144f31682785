package dev.attune.console.access;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;

/** Why somebody who came from the provider, or is on the way there, does not sign in. */
final class SignInRefusal extends AuthenticationException {
  private static final long serialVersionUID = 1L;

  /** The sign-in page has a sentence for each. */
  enum Reason {
    /** The provider gave no role that opens the console. */
    ROLE,
    /** The provider gave no name, or one that could not be told from another. */
    NAME,
    /** The provider has not verified the address that is the name. */
    UNVERIFIED,
    /** A user of the settings has that name. */
    LOCAL,
    /** The provider doesn't answer, or not as one. */
    AWAY,
    /** Not begun here, begun too long ago, refused by the provider, or its proof is wrong. */
    INCOMPLETE;

    /** As it stands in the sign-in page's address. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;
  private final @Nullable String name;

  private SignInRefusal(Reason reason, @Nullable String name) {
    super(reason.code());
    this.reason = reason;
    this.name = name;
  }

  /**
   * @param name by which the provider proved to know the person
   */
  static SignInRefusal of(Reason reason, String name) {
    return new SignInRefusal(reason, name);
  }

  /** Of somebody whose name is not known. */
  static SignInRefusal of(Reason reason) {
    return new SignInRefusal(reason, null);
  }

  static SignInRefusal of(Reason reason, Throwable cause) {
    var refusal = of(reason);
    refusal.initCause(cause);
    return refusal;
  }

  Reason reason() {
    return reason;
  }

  @Nullable String name() {
    return name;
  }
}
