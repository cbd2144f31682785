package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.console.access.AccessSettings.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class AccessSettingsTest {
  private static final AccessSettings.Session SESSION =
      new AccessSettings.Session(null, Duration.ofHours(8), true);

  private static final OidcSettings NO_PROVIDER = bind(Map.of()).oidc();

  private static final String HASH = new BCryptPasswordEncoder(4).encode("word");

  @Test
  void isOpenByDefault() {
    assertThat(bind(Map.of()).open()).isTrue();
  }

  @Test
  void mapsEveryName() {
    AccessSettings settings =
        bind(
            Map.of(
                "attune.console.users[0].name", "ada",
                "attune.console.users[0].password-hash", HASH,
                "attune.console.users[0].role", "editor"));

    assertThat(settings.users())
        .isEqualTo(List.of(new AccessSettings.User("ada", HASH, Role.EDITOR)));
    assertThat(settings.open()).isFalse();
  }

  @Test
  void refusesPasswordsThatAreNoHashes() {
    assertThatThrownBy(() -> new AccessSettings.User("ada", "word", Role.VIEWER))
        .hasMessageContaining("attune.console.users: the password-hash of ada is no bcrypt hash");
  }

  @Test
  void refusesTwoOfOneName() {
    var ada = new AccessSettings.User("ada", HASH, Role.VIEWER);

    var likeAda = new AccessSettings.User("Ada", HASH, Role.EDITOR);

    assertThatThrownBy(() -> new AccessSettings(List.of(ada, likeAda), SESSION, NO_PROVIDER, 0))
        .hasMessage("attune.console.users must have different names");
  }

  /** Or each spelling of a name would have guesses of its own ({@link SignInAttempts}). */
  @Test
  void findsANameInAnyCaseButNotByLettersThatLookAlike() {
    var users = List.of(new AccessSettings.User("rose", HASH, Role.VIEWER));
    var settings = new AccessSettings(users, SESSION, NO_PROVIDER, 0);

    assertThat(settings.user("ROSE")).isPresent();
    assertThat(settings.user("ro\u017fe")).as("a long s").isEmpty();
  }

  @Test
  void aProviderAloneClosesIt() {
    AccessSettings settings =
        bind(
            Map.of(
                "attune.console.oidc.issuer", "https://login.example.com",
                "attune.console.oidc.client-id", "console",
                "attune.console.oidc.viewer-roles", "staff"));

    assertThat(settings.users()).isEmpty();
    assertThat(settings.open()).isFalse();
  }

  @Test
  void knowsNamesThatCouldBeTakenForAUsers() {
    var users = List.of(new AccessSettings.User("Rose Lee", HASH, Role.VIEWER));
    var settings = new AccessSettings(users, SESSION, NO_PROVIDER, 0);

    for (String like :
        List.of("rose lee", "ROSE LEE", "ro\u017fe lee", "rose\u00a0 lee", "\uff32ose lee")) {
      assertThat(settings.hasUserLike(like)).as(like).isTrue();
    }
    assertThat(settings.hasUserLike("rose")).isFalse();
  }

  @Test
  void refusesAKeyThatIsEasilyGuessed() {
    assertThatThrownBy(() -> new AccessSettings.Session("short", Duration.ofHours(8), true))
        .hasMessage("attune.console.session.key must have at least 32 characters");
  }

  private static AccessSettings bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("attune.console", AccessSettings.class);
  }
}
