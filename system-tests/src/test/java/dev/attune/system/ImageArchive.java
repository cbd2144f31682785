package dev.attune.system;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An image as {@code ./attune images} writes it: an archive of what describes it and of layers. */
record ImageArchive(Path file) {
  /** Of the image: what describes it. */
  static final String CONFIG = "config.json";

  /** Reads one file, or a part of it, and leaves it open. */
  @FunctionalInterface
  interface Reader {
    /**
     * @param path in the image, without a slash at its head; or {@link #CONFIG}
     * @return whether the rest of its layer is wanted
     */
    boolean read(String path, InputStream content) throws IOException;
  }

  /** One after the other, those of the lowest layer first. */
  void forEachFile(Reader reader) throws IOException {
    try (var image = open(Files.newInputStream(file))) {
      for (TarArchiveEntry entry = image.getNextEntry();
          entry != null;
          entry = image.getNextEntry()) {
        if (entry.getName().equals(CONFIG)) {
          var unused = reader.read(CONFIG, image);
        } else if (entry.getName().endsWith(".tar.gz")) {
          readLayer(open(new GZIPInputStream(image)), reader);
        }
      }
    }
  }

  private static TarArchiveInputStream open(InputStream in) {
    return new TarArchiveInputStream(new BufferedInputStream(in));
  }

  /** Left open: it is a part of the image's stream. */
  private static void readLayer(TarArchiveInputStream layer, Reader reader) throws IOException {
    for (TarArchiveEntry entry = layer.getNextEntry();
        entry != null;
        entry = layer.getNextEntry()) {
      if (entry.isFile() && !reader.read(entry.getName(), layer)) {
        return;
      }
    }
  }
}
