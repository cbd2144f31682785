package dev.attune.console.access;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.server.DelegatingServerAuthenticationEntryPoint;
import org.springframework.security.web.server.DelegatingServerAuthenticationEntryPoint.DelegateEntry;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.HttpStatusServerEntryPoint;
import org.springframework.security.web.server.authentication.RedirectServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.logout.SecurityContextServerLogoutHandler;
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import reactor.core.publisher.Mono;

/** Pages and their data for who has signed in; where nobody can, for this machine. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class AccessConfiguration {
  static final String SIGN_IN = "/login";

  /** For everybody: what probes and Prometheus ask the management port for, the page to sign in. */
  private static final String[] OPEN = {
    "/actuator/**",
    "/openapi.json",
    SIGN_IN,
    "/login.js",
    "/storage.js",
    "/theme.js",
    "/style.css",
    "/controls.css",
    "/icon.svg"
  };

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  @Bean
  SecurityWebFilterChain access(
      ServerHttpSecurity http,
      AccessSettings settings,
      InstantSource clock,
      SignInRecords records,
      MeterRegistry metrics,
      @Value("${server.address:}") @Nullable InetAddress address) {
    if (settings.open() && (address == null || !address.isLoopbackAddress())) {
      throw new IllegalStateException(
          "attune.console.users names nobody, and attune.console.oidc no provider: then"
              + " server.address must be a loopback address, since whoever reaches the console may"
              + " do everything.");
    }
    http.authorizeExchange(
            paths ->
                paths
                    .pathMatchers(OPEN)
                    .permitAll()
                    .pathMatchers(HttpMethod.GET, "/**")
                    .hasAnyRole(
                        AccessSettings.Role.VIEWER.name(), AccessSettings.Role.EDITOR.name())
                    .anyExchange()
                    .hasRole(AccessSettings.Role.EDITOR.name()))
        // what a forged request can't have is asked for by OwnPagesOnly
        .csrf(CsrfSpec::disable)
        .addFilterAt(new OwnPagesOnly(settings.open()), SecurityWebFiltersOrder.CSRF)
        .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(POLICY)));
    if (settings.open()) {
      http.anonymous(
          nobody -> nobody.principal("local").authorities("ROLE_" + AccessSettings.Role.EDITOR));
    } else {
      signIn(http, settings, clock, new SignInOutcomes(records, metrics));
    }
    return http.build();
  }

  private static void signIn(
      ServerHttpSecurity http,
      AccessSettings settings,
      InstantSource clock,
      SignInOutcomes outcomes) {
    var key = new SessionKey(settings.session().key());
    var sessions = new SignedSessions(settings, key, clock);
    var attempts = new SignInAttempts(clock);
    http.securityContextRepository(sessions)
        .addFilterAfter(new SessionStreams(clock), SecurityWebFiltersOrder.AUTHORIZATION)
        .logout(logout -> logout.logoutHandler(forgetting(sessions)))
        .exceptionHandling(refusal -> refusal.authenticationEntryPoint(signInFirst()));
    if (!settings.users().isEmpty()) {
      var signIns = new SignIns(attempts, settings, outcomes);
      http.addFilterBefore(signIns, SecurityWebFiltersOrder.FORM_LOGIN)
          .formLogin(
              form ->
                  form.loginPage(SIGN_IN)
                      .securityContextRepository(sessions)
                      .authenticationSuccessHandler(signIns)
                      .authenticationFailureHandler(signIns));
    }
    if (settings.oidc().enabled()) {
      new OidcLogin(settings, key, clock, attempts, outcomes).addTo(http, sessions);
    }
  }

  private static SecurityContextServerLogoutHandler forgetting(SignedSessions sessions) {
    var handler = new SecurityContextServerLogoutHandler();
    handler.setSecurityContextRepository(sessions);
    return handler;
  }

  /** A person is led to the sign-in page; a script, and who loads one, is told. */
  private static ServerAuthenticationEntryPoint signInFirst() {
    var either =
        new DelegatingServerAuthenticationEntryPoint(
            new DelegateEntry(
                ServerWebExchangeMatchers.pathMatchers("/api/**", "/pages/**", "/*.js"),
                new HttpStatusServerEntryPoint(HttpStatus.UNAUTHORIZED)));
    var form = new RedirectServerAuthenticationEntryPoint(SIGN_IN);
    // to remember where somebody wanted to go it would keep a session for everybody who knocks
    form.setRequestCache(NoOpServerRequestCache.getInstance());
    either.setDefaultEntryPoint(form);
    return either;
  }

  /**
   * Whom nobody knows has a password, too, which nobody knows: it is looked at as long as that of
   * somebody who exists. Without this bean Boot would invent a user and log the password.
   */
  @Bean
  ReactiveUserDetailsService people(AccessSettings settings, PasswordEncoder passwords) {
    String unknown = Objects.requireNonNull(passwords.encode(UUID.randomUUID().toString()));
    String alike = settings.users().isEmpty() ? "" : settings.users().getFirst().passwordHash();
    String hash = alike.isEmpty() ? unknown : withCostOf(alike, unknown);
    return name ->
        Mono.just(
            settings
                .user(name)
                .map(user -> details(user.name(), user.passwordHash(), user.role().name()))
                .orElseGet(() -> details("nobody", hash, "NONE")));
  }

  /** Costs as much as one and can hardly ever match: the digest is of another cost. */
  private static String withCostOf(String alike, String hash) {
    int cost = "$2a$".length() + 2;
    return alike.substring(0, cost) + hash.substring(cost);
  }

  private static UserDetails details(String name, String hash, String role) {
    return User.withUsername(name).password(hash).roles(role).build();
  }

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  PasswordEncoder passwords() {
    return new BCryptPasswordEncoder();
  }

  /** The ids of users are in paths, encoded, and may hold these. */
  @Bean
  StrictServerWebExchangeFirewall firewall() {
    var firewall = new StrictServerWebExchangeFirewall();
    firewall.setAllowUrlEncodedSlash(true);
    firewall.setAllowUrlEncodedDoubleSlash(true);
    firewall.setAllowUrlEncodedPercent(true);
    firewall.setAllowBackSlash(true);
    firewall.setAllowSemicolon(true);
    return firewall;
  }
}
