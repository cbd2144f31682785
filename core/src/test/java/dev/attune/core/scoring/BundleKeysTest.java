package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleKeysTest {
  @TempDir private Path dir;
  private Path models;
  private String mine;
  private String trusted;

  @BeforeEach
  void keys() throws Exception {
    models = dir.resolve("models/shop");
    KeyPair pair = pair();
    mine = pem("mine", "PRIVATE KEY", pair.getPrivate());
    trusted = pem("trusted", "PUBLIC KEY", pair.getPublic());
  }

  @Test
  void aSignedVersionIsBelievedAtEveryDoor() throws Exception {
    publish(BundleKeys.read(mine, null), "1");
    publish(BundleKeys.read(mine, null), "2");
    ModelRegistry careful = careful();

    careful.promote("1");
    careful.canary("2", 0.1);
    careful.shadow("2");

    assertThat(ModelBundle.load(careful.published("2")).manifest().version()).isEqualTo("2");
  }

  @Test
  void anUnsignedVersionIsRefusedAtEveryDoor() throws Exception {
    publish(BundleKeys.read(mine, null), "1");
    publish(BundleKeys.NONE, "2");
    ModelRegistry careful = careful();
    careful.promote("1");

    assertThatThrownBy(() -> careful.published("2")).hasMessage("Version 2 is not signed.");
    assertThatThrownBy(() -> careful.promote("2")).isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> careful.canary("2", 0.1)).isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> careful.shadow("2")).isInstanceOf(ModelException.class);
    assertThat(careful.live().orElseThrow().version()).isEqualTo("1");
  }

  @Test
  void aRollbackToAnUnsignedVersionIsRefused() throws Exception {
    publish(BundleKeys.NONE, "1");
    publish(BundleKeys.read(mine, null), "2");
    var before = new ModelRegistry(models);
    before.promote("1");
    before.promote("2");

    assertThatThrownBy(() -> careful().rollback()).hasMessage("Version 1 is not signed.");
  }

  @Test
  void anotherKeyOrAnotherManifestIsRefused() throws Exception {
    String theirs = pem("theirs", "PRIVATE KEY", pair().getPrivate());
    publish(BundleKeys.read(theirs, null), "1");
    publish(BundleKeys.read(mine, null), "2");
    Path manifest = models.resolve("2").resolve(BundleFiles.MANIFEST);
    Files.writeString(manifest, Files.readString(manifest).replace("intent", "intend"));

    for (String version : new String[] {"1", "2"}) {
      assertThatThrownBy(() -> careful().published(version))
          .hasMessage(
              "Version %s is not signed by a trusted key, or was changed afterwards."
                  .formatted(version));
    }
  }

  @Test
  void aSignatureThatIsNoneIsRefused() throws Exception {
    publish(BundleKeys.read(mine, null), "1");
    Path signature = models.resolve("1").resolve(BundleFiles.SIGNATURE);

    Files.writeString(signature, "AAAA");
    assertThatThrownBy(() -> careful().published("1")).hasMessageContaining("trusted key");
    Files.writeString(signature, "?");
    assertThatThrownBy(() -> careful().published("1"))
        .hasMessage("The signature of version 1 can't be read.");
  }

  @Test
  void twoKeysAreTrustedWhileOneReplacesTheOther() throws Exception {
    KeyPair next = pair();
    String newer = pem("newer", "PUBLIC KEY", next.getPublic());
    String both = Files.readString(Path.of(trusted)) + Files.readString(Path.of(newer));
    publish(BundleKeys.read(mine, null), "1");
    publish(BundleKeys.read(pem("next", "PRIVATE KEY", next.getPrivate()), null), "2");

    var careful = new ModelRegistry(models, BundleKeys.read(null, both));

    assertThat(careful.published("1")).exists();
    assertThat(careful.published("2")).exists();
  }

  @Test
  void aFileWithoutAKeyIsNamed() throws Exception {
    String empty = Files.writeString(dir.resolve("empty.pem"), "").toString();
    String broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> BundleKeys.read(null, empty))
        .withMessage(empty + " has no Ed25519 key as PEM");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BundleKeys.read(null, broken))
        .withMessage("the text can't be read as PEM of Ed25519");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BundleKeys.read(dir + "/absent.pem", null))
        .withMessageContaining("absent.pem");
  }

  private ModelRegistry careful() {
    return new ModelRegistry(models, BundleKeys.read(null, trusted));
  }

  private void publish(BundleKeys keys, String version) throws Exception {
    var registry = new ModelRegistry(models, keys);
    var unused = registry.publish(Bundles.write(registry.stage(), version), version);
  }

  private static KeyPair pair() throws Exception {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  private String pem(String name, String label, Key key) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    Path file = dir.resolve(name + ".pem");
    Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, text, label));
    return file.toString();
  }
}
