package dev.attune.core.scoring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EncodedKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for bundles. A bundle's signature is that of its manifest's bytes, which hold the
 * version and every other file's checksum: Ed25519 (RFC 8032), in Base64, in {@link
 * BundleFiles#SIGNATURE}. Keys are PEM, as {@code openssl genpkey -algorithm ed25519} writes them.
 */
public final class BundleKeys {
  /** Signs nothing and believes every bundle. */
  public static final BundleKeys NONE = new BundleKeys(null, List.of());

  private static final String ALGORITHM = "Ed25519";
  private static final Pattern PRIVATE = pem("PRIVATE KEY");
  private static final Pattern PUBLIC = pem("PUBLIC KEY");

  private final @Nullable PrivateKey signing;
  private final List<PublicKey> trusted;

  private BundleKeys(@Nullable PrivateKey signing, List<PublicKey> trusted) {
    this.signing = signing;
    this.trusted = List.copyOf(trusted);
  }

  /**
   * Keys as PEM text, or as the path of a file with it.
   *
   * @param signing the private key that signs new bundles; null: they stay unsigned
   * @param trusted the public keys, one after another, of which one must have signed a bundle;
   *     null: all bundles are believed
   * @throws IllegalArgumentException naming the file that can't be used, never its content
   */
  public static BundleKeys read(@Nullable String signing, @Nullable String trusted) {
    if (signing == null && trusted == null) {
      return NONE;
    }
    List<PrivateKey> mine =
        signing == null
            ? List.of()
            : keys(signing, PRIVATE, PKCS8EncodedKeySpec::new, KeyFactory::generatePrivate);
    if (mine.size() > 1) {
      throw new IllegalArgumentException(name(signing) + " has more than one private key");
    }
    List<PublicKey> theirs =
        trusted == null
            ? List.of()
            : keys(trusted, PUBLIC, X509EncodedKeySpec::new, KeyFactory::generatePublic);
    return new BundleKeys(mine.isEmpty() ? null : mine.getFirst(), theirs);
  }

  private interface Maker<K> {
    K make(KeyFactory factory, EncodedKeySpec spec) throws GeneralSecurityException;
  }

  private static <K> List<K> keys(
      String source, Pattern form, Function<byte[], EncodedKeySpec> spec, Maker<K> maker) {
    List<K> keys = new ArrayList<>();
    try {
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      Matcher block = form.matcher(text(source));
      while (block.find()) {
        byte[] der = Base64.getMimeDecoder().decode(block.group(1));
        keys.add(maker.make(factory, spec.apply(der)));
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(name(source) + " can't be read as PEM of " + ALGORITHM, e);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(name(source) + " has no " + ALGORITHM + " key as PEM");
    }
    return keys;
  }

  private static String text(String source) throws IOException {
    return isText(source) ? source : Files.readString(Path.of(source), StandardCharsets.US_ASCII);
  }

  private static boolean isText(String source) {
    return source.contains("-----BEGIN");
  }

  private static String name(@Nullable String source) {
    return source == null || isText(source) ? "the text" : source;
  }

  private static Pattern pem(String label) {
    return Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----");
  }

  /** Signs a sealed bundle, if there is a key to sign with. */
  void sign(Path dir) throws ModelException {
    PrivateKey key = signing;
    if (key == null) {
      return;
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(Files.readAllBytes(dir.resolve(BundleFiles.MANIFEST)));
      String text = Base64.getEncoder().encodeToString(signature.sign());
      Files.writeString(dir.resolve(BundleFiles.SIGNATURE), text, StandardCharsets.US_ASCII);
    } catch (IOException | GeneralSecurityException e) {
      throw new ModelException("The bundle can't be signed.", e);
    }
  }

  /**
   * Passes a bundle that a trusted key signed, and every one where no key is named.
   *
   * @throws ModelException when it is unsigned, or its signature is that of another key or manifest
   */
  void check(Path dir, String version) throws ModelException {
    if (trusted.isEmpty()) {
      return;
    }
    try {
      byte[] manifest = Files.readAllBytes(dir.resolve(BundleFiles.MANIFEST));
      String text = Files.readString(dir.resolve(BundleFiles.SIGNATURE), StandardCharsets.US_ASCII);
      byte[] signature = Base64.getDecoder().decode(text.strip());
      for (PublicKey key : trusted) {
        if (verifies(key, manifest, signature)) {
          return;
        }
      }
    } catch (NoSuchFileException e) {
      throw new ModelException("Version " + version + " is not signed.", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelException("The signature of version " + version + " can't be read.", e);
    }
    throw new ModelException(
        "Version %s is not signed by a trusted key, or was changed afterwards.".formatted(version));
  }

  private static boolean verifies(PublicKey key, byte[] bytes, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(bytes);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // not even of a signature's form
      return false;
    }
  }
}
