package dev.attune.system;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * A real OpenID provider, Spring Authorization Server, at {@code localhost}: for a browser another
 * site than the console at 127.0.0.1. All of its people have the password {@code word}.
 */
record OidcProvider(ConfigurableApplicationContext context) implements AutoCloseable {
  static final String CLIENT = "console";
  static final String SECRET = "of-the-console";

  /** What its people are to the console, as Keycloak tells it. */
  private static final Map<String, List<String>> ROLES =
      Map.of(
          "ed", List.of("offline_access", "ops"),
          "olga", List.of("staff"),
          "mallory", List.of("offline_access"),
          // a user with a password at the console, too
          "vera", List.of("ops"),
          // whose ID token isn't of the sign-in that asked for it
          "otto", List.of("ops"));

  static String issuer(int port) {
    return "http://localhost:" + port;
  }

  /**
   * @param consoles where they are reached
   */
  static OidcProvider start(int port, List<String> consoles) {
    return new OidcProvider(
        new SpringApplicationBuilder(ProviderConfiguration.class)
            .web(WebApplicationType.SERVLET)
            .bannerMode(Banner.Mode.OFF)
            .properties(
                Map.of(
                    "server.port",
                    port,
                    "server.address",
                    "127.0.0.1",
                    // none of the files that services bring along
                    "spring.config.name",
                    "no-file",
                    "consoles",
                    String.join(",", consoles)))
            .run());
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class ProviderConfiguration {
    @Bean
    AuthorizationServerSettings settings(Environment environment) {
      int port = environment.getRequiredProperty("server.port", Integer.class);
      return AuthorizationServerSettings.builder().issuer(issuer(port)).build();
    }

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager(
          ROLES.keySet().stream()
              .<UserDetails>map(name -> User.withUsername(name).password("{noop}word").build())
              .toList());
    }

    @Bean
    RegisteredClientRepository clients(Environment environment) {
      List<String> consoles = List.of(environment.getRequiredProperty("consoles").split(","));
      return new InMemoryRegisteredClientRepository(
          RegisteredClient.withId(UUID.randomUUID().toString())
              .clientId(CLIENT)
              .clientSecret("{noop}" + SECRET)
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .redirectUris(
                  uris ->
                      consoles.forEach(console -> uris.add(console + "/login/oauth2/code/oidc")))
              .postLogoutRedirectUris(
                  uris -> consoles.forEach(console -> uris.add(console + "/login")))
              .scopes(scopes -> scopes.addAll(List.of("openid", "profile", "email")))
              .clientSettings(
                  ClientSettings.builder()
                      .requireProofKey(true)
                      .requireAuthorizationConsent(false)
                      .build())
              .build());
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claims() {
      return token -> {
        if (!OidcParameterNames.ID_TOKEN.equals(token.getTokenType().getValue())) {
          return;
        }
        Authentication who = Objects.requireNonNull(token.getPrincipal());
        String name = who.getName();
        token.getClaims().claim("preferred_username", name);
        token
            .getClaims()
            .claim("realm_access", Map.of("roles", ROLES.getOrDefault(name, List.of())));
        if (name.equals("otto")) {
          token.getClaims().claim("nonce", "of another sign-in");
        }
      };
    }
  }
}
