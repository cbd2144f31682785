package dev.attune.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalEncodersTest {
  @TempDir private Path dir;

  /** The one that comes along, with a harmless change, so that it is another. */
  private Path other() throws ModelException, IOException {
    EncoderFiles files = EncoderFiles.bundled();
    Files.write(dir.resolve("model.onnx"), files.model());
    Files.write(dir.resolve("tokenizer.json"), files.tokenizer());
    Files.writeString(
        dir.resolve("tokenizer.json"), Files.readString(dir.resolve("tokenizer.json")) + "\n");
    return dir;
  }

  @Test
  void withoutAFolderTheOneThatComesAlongIsOwn() throws Exception {
    var encoders = new LocalEncoders(null, 10);

    assertThat(encoders.own().id()).isEqualTo(EncoderFiles.bundled().id());
    assertThat(encoders.own()).isSameAs(encoders.own());
  }

  @Test
  void aFoldersEncoderIsOwnAndTheOtherIsStillFound() throws Exception {
    var encoders = new LocalEncoders(other(), 10);
    String bundled = EncoderFiles.bundled().id();

    SentenceEncoder own = encoders.own();

    assertThat(own.id()).isNotEqualTo(bundled);
    assertThat(encoders.find(own.id())).containsSame(own);
    assertThat(encoders.find(bundled)).map(SentenceEncoder::id).contains(bundled);
    assertThat(encoders.find("0123456789abcdef")).isEmpty();
    assertThat(own.encode("Hello")).isEqualTo(new LocalEncoders(null, 10).own().encode("Hello"));
  }

  @Test
  void whatIsWrongWithAFolderIsSaid() throws Exception {
    assertThatThrownBy(() -> new LocalEncoders(dir, 10).own())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has no model.onnx");
    Files.delete(other().resolve("tokenizer.json"));
    assertThatThrownBy(() -> new LocalEncoders(dir, 10).own())
        .hasMessageContaining("has no tokenizer.json");
    Files.writeString(other().resolve("model.onnx"), "no model");
    assertThatThrownBy(() -> new LocalEncoders(dir, 10).own())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("can't be loaded");
  }
}
