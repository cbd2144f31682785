package dev.attune.streams.query;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyFinding;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.Scope;
import dev.attune.core.playbook.Playbook;
import dev.attune.streams.runtime.StreamsRunner;
import dev.attune.streams.runtime.StreamsSettings;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * For response-api only, behind the secret that the services share or a secret key of scope read. A
 * request of a browser is refused whatever its key. An instance that doesn't have the user sends
 * the caller on to the one that does.
 */
@RestController
@Hidden
class UserQueryController {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final UserQuery query;
  private final HostInfo here;
  private final LiveKeys keys;

  UserQueryController(
      StreamsRunner runner, Playbook playbook, StreamsSettings streams, LiveKeys keys) {
    this.query = new UserQuery(runner, playbook);
    this.here = HostInfo.buildFromEndpoint(streams.advertised());
    this.keys = keys;
  }

  @GetMapping("/internal/users/{userId}")
  ResponseEntity<?> user(
      @PathVariable String userId,
      @RequestParam long asOf,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String given,
      @RequestHeader(name = HttpHeaders.ORIGIN, required = false) @Nullable String origin) {
    switch (keys.find(KeyRing.bearer(given))) {
      case KeyFinding.Valid(AccessKey key) when key.role() == Role.SECRET -> {
        if (!key.may(Scope.READ) || !key.allows(origin)) {
          return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
        }
      }
      case KeyFinding.Valid _, KeyFinding.Expired _, KeyFinding.Unknown _ -> {
        return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
      }
    }
    return switch (query.ask(userId, asOf, here)) {
      case UserQuery.Answer.Found found -> ResponseEntity.ok(found);
      case UserQuery.Answer.Nobody() -> ResponseEntity.notFound().build();
      case UserQuery.Answer.Elsewhere(HostInfo host) ->
          ResponseEntity.status(HttpStatus.TEMPORARY_REDIRECT)
              .location(location(host, userId, asOf))
              .build();
      case UserQuery.Answer.NotNow() ->
          ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
              .header(HttpHeaders.RETRY_AFTER, Long.toString(RETRY.toSeconds()))
              .build();
    };
  }

  private static URI location(HostInfo host, String userId, long asOf) {
    String user = URLEncoder.encode(userId, StandardCharsets.UTF_8).replace("+", "%20");
    return URI.create(
        "http://%s:%s/internal/users/%s?asOf=%s".formatted(host.host(), host.port(), user, asOf));
  }
}
