package dev.attune.core.scoring;

import dev.attune.core.bytes.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files of a bundle: a manifest, the forest, text models; each with its checksum. */
public final class BundleFiles {
  public static final String MANIFEST = "manifest.json";
  public static final String MODEL = "model.ubj";

  /** Who vouches for the manifest; see {@link BundleKeys}. */
  public static final String SIGNATURE = "manifest.sig";

  /** Some ten million nodes: far more than a prediction in a millisecond may walk. */
  static final long MOST_MODEL_BYTES = 1L << 30;

  /** Plain names only: a manifest must not lead out of its folder. */
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private BundleFiles() {}

  /** The manifest of a bundle, unverified. */
  public static ModelManifest manifest(Path dir) throws ModelException {
    try {
      return JSON.readValue(Files.readAllBytes(dir.resolve(MANIFEST)), ModelManifest.class);
    } catch (NoSuchFileException e) {
      throw new ModelException("The bundle " + dir.getFileName() + " has no " + MANIFEST + ".", e);
    } catch (IOException | JacksonException e) {
      throw new ModelException(
          "The manifest of the bundle " + dir.getFileName() + " can't be read.", e);
    }
  }

  /** Completes a bundle whose other files are in place: computes checksums, writes the manifest. */
  public static ModelManifest seal(Path dir, ModelManifest manifest) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(MANIFEST) && !name.equals(SIGNATURE)) {
          sums.put(name, sha256(file));
        }
      }
    }
    ModelManifest sealed = manifest.toBuilder().checksums(sums).build();
    Files.write(dir.resolve(MANIFEST), JSON.writeValueAsBytes(sealed));
    return sealed;
  }

  /**
   * A file's name as a manifest may have it.
   *
   * @throws ModelException when it leads elsewhere
   */
  public static String checkedName(String name) throws ModelException {
    if (!NAME.matcher(name).matches()) {
      throw new ModelException("A bundle has no file of the name " + name + ".");
    }
    return name;
  }

  /**
   * What a version may be called: its folder has that name.
   *
   * @throws ModelException when it could lead elsewhere
   */
  static void checkVersion(String version) throws ModelException {
    if (!VERSION.matcher(version).matches()) {
      throw new ModelException("A version is letters, digits, dots and dashes: " + version + ".");
    }
  }

  /**
   * The bytes of a model's file, which are read as a whole.
   *
   * @throws ModelException when it is larger than {@link #MOST_MODEL_BYTES}
   */
  public static byte[] model(Path file) throws IOException, ModelException {
    long size = Files.size(file);
    if (size > MOST_MODEL_BYTES) {
      throw new ModelException(
          "The model file has %d bytes; at most %d are supported."
              .formatted(size, MOST_MODEL_BYTES));
    }
    return Files.readAllBytes(file);
  }

  /** Every file that the manifest names. */
  public static void verify(Path dir, ModelManifest manifest) throws ModelException {
    for (String name : manifest.checksums().keySet()) {
      var unused = verified(dir, manifest, name);
    }
  }

  /** A file that the manifest vouches for. */
  static Path verified(Path dir, ModelManifest manifest, String name) throws ModelException {
    String expected = manifest.checksums().get(name);
    if (expected == null || !NAME.matcher(name).matches()) {
      throw new ModelException("The manifest has no checksum for " + name + ".");
    }
    Path file = dir.resolve(name);
    try {
      if (!sha256(file).equals(expected)) {
        throw new ModelException(
            name + " of version " + manifest.version() + " does not match its checksum.");
      }
    } catch (IOException e) {
      throw new ModelException(name + " of version " + manifest.version() + " can't be read.", e);
    }
    return file;
  }

  /** In small pieces: text models are large. */
  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = Sha256.digest();
      byte[] piece = new byte[1 << 16];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
