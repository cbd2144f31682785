package dev.attune.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Verifies bearer tokens by the provider's public keys: signature, issuer, audience, expiry. Only
 * asymmetric signatures count, so nobody can sign with what is public. Keys are cached and read
 * anew for an unknown key id, but not more often than every half minute, whatever comes in.
 */
@Component
final class OidcTokens {
  /** Whose token it is, or why not. */
  sealed interface Finding {
    record Valid(String subject) implements Finding {}

    record Invalid() implements Finding {}

    /** The provider's keys can't be had now. */
    record Unknown() implements Finding {}
  }

  private static final Set<JWSAlgorithm> ALGORITHMS = algorithms();
  private static final int MOST_TOKEN_CHARACTERS = 8 * 1024;
  private static final int MOST_KEYS_BYTES = 256 * 1024;

  private final @Nullable DefaultJWTProcessor<SecurityContext> processor;

  OidcTokens(OidcSettings settings) throws MalformedURLException {
    this.processor = settings.enabled() ? processor(settings) : null;
  }

  /** Whether the text is a token, and tokens are taken. */
  boolean takes(@Nullable String text) {
    return processor != null && text != null && text.chars().filter(c -> c == '.').count() == 2;
  }

  /** May wait for the provider's keys. */
  Finding verify(String token) {
    if (processor == null || token.length() > MOST_TOKEN_CHARACTERS) {
      return new Finding.Invalid();
    }
    try {
      return new Finding.Valid(processor.process(token, null).getSubject());
    } catch (ParseException | BadJOSEException e) {
      return new Finding.Invalid();
    } catch (JOSEException e) {
      return e instanceof JWKSetUnavailableException
          ? new Finding.Unknown()
          : new Finding.Invalid();
    }
  }

  private static DefaultJWTProcessor<SecurityContext> processor(OidcSettings settings)
      throws MalformedURLException {
    int millis = (int) settings.timeout().toMillis();
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.create(
                Objects.requireNonNull(settings.jwksUri()).toURL(),
                new DefaultResourceRetriever(millis, millis, MOST_KEYS_BYTES))
            .build();
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            settings.audience(),
            new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
            Set.of("sub", "exp"));
    claims.setMaxClockSkew((int) settings.clockSkew().toSeconds());
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(claims);
    return processor;
  }

  private static Set<JWSAlgorithm> algorithms() {
    Set<JWSAlgorithm> all = new HashSet<>(JWSAlgorithm.Family.RSA);
    all.addAll(JWSAlgorithm.Family.EC);
    return Set.copyOf(all);
  }
}
