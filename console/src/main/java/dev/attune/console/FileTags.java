package dev.attune.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.boot.webflux.autoconfigure.ResourceHandlerRegistrationCustomizer;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import org.springframework.web.reactive.config.ResourceHandlerRegistration;

/**
 * Gives each script and style an ETag of its content, by which a browser learns whether what it has
 * is still the same. A file's age can't tell: in the jar it is the same in every version.
 */
@Component
class FileTags implements ResourceHandlerRegistrationCustomizer {
  @Override
  public void customize(ResourceHandlerRegistration registration) {
    registration.setUseLastModified(false).setEtagGenerator(FileTags::tag);
  }

  /** Reckoned each time: a file is small, and none that changed has its old tag. */
  private static String tag(Resource file) {
    try (InputStream content = file.getInputStream()) {
      // weak: the same file also goes compressed
      return "W/\"" + DigestUtils.md5DigestAsHex(content) + "\"";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
