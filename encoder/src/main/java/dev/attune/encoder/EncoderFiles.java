package dev.attune.encoder;

import dev.attune.core.bytes.Sha256;
import dev.attune.core.scoring.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The two files of an encoder, read whole.
 *
 * @param model in ONNX
 * @param tokenizer as Hugging Face's tokenizers write it
 */
record EncoderFiles(byte[] model, byte[] tokenizer) {
  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String BUNDLED = "/all-minilm-l6-v2-q";
  private static final int ID_BYTES = 8;

  /**
   * Of a folder.
   *
   * @throws ModelException when one of them isn't in it
   */
  static EncoderFiles of(Path folder) throws ModelException {
    try {
      return new EncoderFiles(
          Files.readAllBytes(folder.resolve(MODEL)), Files.readAllBytes(folder.resolve(TOKENIZER)));
    } catch (NoSuchFileException e) {
      throw new ModelException(
          "The sentence encoder's folder %s has no %s."
              .formatted(folder, Path.of(e.getFile()).getFileName()),
          e);
    } catch (IOException e) {
      throw new ModelException("The sentence encoder in " + folder + " can't be read.", e);
    }
  }

  /** Of the encoder that comes with Attune: all-MiniLM-L6-v2, quantized. */
  static EncoderFiles bundled() throws ModelException {
    return new EncoderFiles(resource(BUNDLED + ".onnx"), resource(BUNDLED + "-tokenizer.json"));
  }

  private static byte[] resource(String name) throws ModelException {
    try (InputStream in = EncoderFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new ModelException("The sentence encoder isn't among the libraries: " + name + ".");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("The sentence encoder can't be read: " + name + ".", e);
    }
  }

  /** A hash of both files: any change of them may change what a text gives. */
  String id() {
    MessageDigest digest = Sha256.digest();
    digest.update(model);
    digest.update(tokenizer);
    return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
  }
}
