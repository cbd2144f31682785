package dev.attune.core.scoring;

import dev.attune.core.files.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A registry's versions and its state in another one, such as a backup's folder. */
public final class ModelCopy {
  private ModelCopy() {}

  /**
   * Adds the versions that the other doesn't have yet, then replaces its state. The other has no
   * other writers meanwhile.
   *
   * @return how many versions were added
   */
  public static int copy(ModelRegistry from, ModelRegistry to) throws ModelException {
    try {
      return copy(from.storage, to.storage);
    } catch (IOException e) {
      throw new ModelException(
          "The models of %s can't be copied to %s: %s."
              .formatted(from.place(), to.place(), e.getMessage()),
          e);
    }
  }

  private static int copy(ModelStorage from, ModelStorage to) throws IOException {
    // read first: the versions that it names are published by now
    byte[] state = from.state();
    List<String> known = to.versions();
    int added = 0;
    for (String version : from.versions()) {
      if (!known.contains(version)) {
        Path staged = to.stage();
        try {
          Folders.copy(from.fetch(version), staged);
          to.publish(staged, version);
        } finally {
          Folders.delete(staged);
        }
        added++;
      }
    }
    if (state != null && !to.replaceState(to.state(), state)) {
      throw new IOException("somebody else is changing them");
    }
    return added;
  }
}
