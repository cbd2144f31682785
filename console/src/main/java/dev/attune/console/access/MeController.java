package dev.attune.console.access;

import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the pages who looks at them. */
@RestController
class MeController {
  /**
   * @param signedIn false where nobody has to
   */
  record Me(String name, boolean mayEdit, boolean signedIn) {}

  private final AccessSettings settings;

  MeController(AccessSettings settings) {
    this.settings = settings;
  }

  @GetMapping("/api/me")
  Me me(Authentication who) {
    boolean mayEdit =
        who.getAuthorities().stream()
            .anyMatch(right -> ("ROLE_" + AccessSettings.Role.EDITOR).equals(right.getAuthority()));
    return new Me(who.getName(), mayEdit, !settings.open());
  }
}
