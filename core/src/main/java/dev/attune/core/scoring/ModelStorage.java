package dev.attune.core.scoring;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry keeps its bundles, which never change, and its one small state, which does. Safe
 * for all threads and for several processes at once.
 */
public interface ModelStorage {
  /** For people: the folder or address. */
  String place();

  /** Published versions, in no order. */
  List<String> versions() throws IOException;

  /**
   * A folder with a version's files, fetched when they are elsewhere.
   *
   * @throws NoSuchFileException when there is no such version
   */
  Path fetch(String version) throws IOException;

  /** A new folder to build a bundle in. */
  Path stage() throws IOException;

  /**
   * Makes a complete bundle a version, seen by others whole or not at all; the staged folder is
   * used up, also when that fails.
   *
   * @throws FileAlreadyExistsException when the version is published already, or is being
   *     published, which its reason says then
   */
  void publish(Path staged, String version) throws IOException;

  /** The state's bytes; null before there is one. */
  byte @Nullable [] state() throws IOException;

  /**
   * Replaces the state in one step, if it is what the caller has read.
   *
   * @param expected what {@link #state} gave
   * @return false when somebody else was quicker
   */
  boolean replaceState(byte @Nullable [] expected, byte[] next) throws IOException;

  /**
   * Empty when somebody else holds the lease.
   *
   * @param name of letters
   */
  Optional<ModelLease> lease(String name) throws IOException;
}
