package dev.attune.console.access;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What the provider says of itself (OpenID Connect Discovery): read when somebody signs in, and
 * again after an hour. So the console starts while the provider is away, and goes on when it comes
 * back.
 */
final class OidcRegistrations implements ReactiveClientRegistrationRepository {
  /** Stands in the paths of the browser's way to the provider and back. */
  static final String ID = "oidc";

  private static final Logger log = LoggerFactory.getLogger(OidcRegistrations.class);
  private static final Duration KEPT = Duration.ofHours(1);

  /** A crowd that wants to sign in asks once. */
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

  private final OidcSettings settings;
  private final Mono<ClientRegistration> registration;

  OidcRegistrations(OidcSettings settings) {
    this.settings = settings;
    this.registration =
        Mono.fromCallable(this::discover)
            .subscribeOn(Schedulers.boundedElastic())
            .timeout(settings.timeout())
            .doOnError(
                failure -> log.warn("the OpenID provider {}: {}", settings.issuer(), why(failure)))
            .onErrorMap(failure -> SignInRefusal.of(SignInRefusal.Reason.AWAY, failure))
            .cache(_ -> KEPT, _ -> FAILURE_KEPT, () -> FAILURE_KEPT);
  }

  /** With what lies beneath, which says what is wrong. */
  private static String why(Throwable failure) {
    return failure.getCause() == null
        ? failure.toString()
        : failure.getMessage() + ": " + failure.getCause();
  }

  private ClientRegistration discover() {
    String secret = settings.secret();
    var found =
        ClientRegistrations.fromOidcIssuerLocation(settings.issuer())
            .registrationId(ID)
            .clientId(settings.clientId())
            .clientSecret(secret)
            .scope(settings.scopes())
            .redirectUri(
                (settings.consoleUrl().isEmpty() ? "{baseUrl}" : settings.consoleUrl())
                    + "/login/oauth2/code/{registrationId}");
    if (secret.isEmpty()) {
      found.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    }
    return found.build();
  }

  /** Tells the log at the start what people would find out later. */
  void look() {
    var unused =
        registration.subscribe(
            _ -> log.info("people may sign in with {}", settings.issuer()), _ -> {});
  }

  @Override
  public Mono<ClientRegistration> findByRegistrationId(String id) {
    return id.equals(ID) ? registration : Mono.empty();
  }
}
