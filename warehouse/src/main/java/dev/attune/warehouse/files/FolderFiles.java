package dev.attune.warehouse.files;

import dev.attune.core.files.DurableMove;
import dev.attune.core.files.FileLease;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder on disk. */
final class FolderFiles implements WarehouseFiles {
  private static final String STATE = "_export.json";
  private static final String LOCK = "_export.lock";

  private final Path root;

  FolderFiles(Path root) {
    this.root = root;
  }

  @Override
  public String place() {
    return root.toString();
  }

  @Override
  public List<DayFile> list(Table table) throws IOException {
    Path folder = root.resolve(table.folder());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> DayFile.of(root.relativize(file).toString().replace('\\', '/')))
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing(DayFile::day).thenComparing(DayFile::partition))
          .toList();
    }
  }

  @Override
  public @Nullable Path fetch(DayFile file, Path copies) {
    Path path = root.resolve(file.path());
    return Files.exists(path) ? path : null;
  }

  @Override
  public void replace(DayFile file, Path finished) throws IOException {
    Path target = root.resolve(file.path());
    Files.createDirectories(target.getParent());
    moveInto(target, finished);
  }

  /** The finished file may be on another disk, from which nothing moves at once. */
  private static void moveInto(Path target, Path finished) throws IOException {
    Path beside = target.resolveSibling("." + target.getFileName() + ".new");
    Files.move(finished, beside, StandardCopyOption.REPLACE_EXISTING);
    var unused = DurableMove.move(beside, target);
  }

  @Override
  public void delete(DayFile file) throws IOException {
    Files.deleteIfExists(root.resolve(file.path()));
  }

  @Override
  public byte @Nullable [] state() throws IOException {
    Path state = root.resolve(STATE);
    return Files.exists(state) ? Files.readAllBytes(state) : null;
  }

  @Override
  public void replaceState(byte[] state) throws IOException {
    Files.createDirectories(root);
    Path next = Files.createTempFile(root, "." + STATE, ".new");
    Files.write(next, state);
    moveInto(root.resolve(STATE), next);
  }

  @Override
  public Lock lock() throws IOException {
    FileLease lease =
        FileLease.take(root.resolve(LOCK))
            .orElseThrow(() -> new IOException("Another export is writing to " + place() + "."));
    return lease::close;
  }
}
