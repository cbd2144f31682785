package dev.attune.responses.access;

import dev.attune.core.access.UserSignature;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Proves who a user is.
 *
 * @param identitySecrets what user signatures are made with, at least 16 characters each; several
 *     while one is being replaced, none: browsers read nothing
 */
@ConfigurationProperties("attune")
public record IdentitySettings(@DefaultValue List<String> identitySecrets) {
  public IdentitySettings {
    identitySecrets = UserSignature.secrets(identitySecrets);
  }
}
