package dev.attune.console.access;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
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
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;

/** Pages and their data for who has signed in; with no users set, for this machine. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class AccessConfiguration {
  static final String SIGN_IN = "/login";

  /** For everybody: what probes and Prometheus ask for, and the form to sign in. */
  private static final String[] OPEN = {
    "/actuator/**", "/openapi.json", SIGN_IN, "/login.js", "/style.css", "/icon.svg"
  };

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  @Bean
  SecurityWebFilterChain access(
      ServerHttpSecurity http,
      AccessSettings settings,
      @Value("${server.address:}") @Nullable InetAddress address) {
    if (settings.open() && (address == null || !address.isLoopbackAddress())) {
      throw new IllegalStateException(
          "attune.console.users names nobody: then server.address must be a loopback address,"
              + " since whoever reaches the console may do everything.");
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
      http.formLogin(form -> form.loginPage(SIGN_IN))
          .logout(Customizer.withDefaults())
          .exceptionHandling(refusal -> refusal.authenticationEntryPoint(signInFirst()));
    }
    return http.build();
  }

  /** A person is led to the form, a script told. */
  private static ServerAuthenticationEntryPoint signInFirst() {
    var either =
        new DelegatingServerAuthenticationEntryPoint(
            new DelegateEntry(
                new PathPatternParserServerWebExchangeMatcher("/api/**"),
                new HttpStatusServerEntryPoint(HttpStatus.UNAUTHORIZED)));
    var form = new RedirectServerAuthenticationEntryPoint(SIGN_IN);
    // to remember where somebody wanted to go it would keep a session for everybody who knocks
    form.setRequestCache(NoOpServerRequestCache.getInstance());
    either.setDefaultEntryPoint(form);
    return either;
  }

  @Bean
  MapReactiveUserDetailsService people(AccessSettings settings) {
    if (settings.open()) {
      // nobody can sign in; without a user of its own Boot would invent one and log its password
      return new MapReactiveUserDetailsService(
          User.withUsername("nobody").password("").disabled(true).authorities("none").build());
    }
    return new MapReactiveUserDetailsService(
        settings.users().stream().map(AccessConfiguration::details).toList());
  }

  private static UserDetails details(AccessSettings.User user) {
    return User.withUsername(user.name())
        .password(user.passwordHash())
        .roles(user.role().name())
        .build();
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
