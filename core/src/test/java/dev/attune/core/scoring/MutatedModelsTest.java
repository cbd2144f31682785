package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The law: whatever becomes of a model's file, reading it ends in a forest or a {@link
 * ModelException}, within two seconds of the processor's time and 256 MB.
 */
class MutatedModelsTest {
  private static final int FILES = Boolean.getBoolean("attune.test.long") ? 10_000 : 500;
  private static final long SEED = Long.getLong("attune.test.seed", 18);
  private static final long MOST_NANOS = 2_000_000_000L;
  private static final long MOST_BYTES = 256L << 20;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?");
  private static final String[] ABSURD = {
    "2000000000", "-1", "0", "4294967299", "NaN", "-Infinity", "1E400", "0.5", "null", "[]", "\"x\""
  };
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void everyMutatedFileEndsWell() throws Exception {
    List<VersionedModel> models = VersionedModel.all();
    int read = 0;
    for (int i = 0; i < FILES; i++) {
      long seed = SEED * 1_000_003 + i;
      Random random = new Random(seed);
      VersionedModel model = models.get(random.nextInt(models.size()));
      byte[] file = model.file();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        file = mutated(random, file, model.isJson());
      }
      read += endsWell(file, model + " with seed " + seed) ? 1 : 0;
    }

    // else the mutations would never get past the first check
    assertThat(read).isBetween(FILES / 50, FILES * 9 / 10);
  }

  private static boolean endsWell(byte[] file, String what) {
    long time = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    boolean read = isRead(file, what);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - bytes).as(what).isLessThan(MOST_BYTES);
    assertThat(THREADS.getCurrentThreadCpuTime() - time).as(what).isLessThan(MOST_NANOS);
    return read;
  }

  private static boolean isRead(byte[] file, String what) {
    try {
      FlatForest forest = FlatForest.read(file);
      float[] row = new float[forest.width()];
      Arrays.fill(row, 3);
      assertThat(forest.margins(row)).as(what).hasSize(forest.outputs());
      assertThat(forest.contributions(row, 0)).as(what).hasSize(row.length + 1);
      return true;
    } catch (ModelException e) {
      assertThat(e).as(what).hasMessageEndingWith(".");
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
  }

  private static byte[] mutated(Random random, byte[] file, boolean json) {
    return switch (random.nextInt(8)) {
      case 0 -> flipped(random, file);
      case 1 -> Arrays.copyOf(file, random.nextInt(1 + file.length));
      case 2 -> spliced(random, file, run(random));
      case 3 -> spliced(random, file, piece(random, file));
      case 4, 5 -> json ? renumbered(random, file) : counted(random, file);
      default -> json ? renumbered(random, file) : retexted(random, file);
    };
  }

  private static byte[] flipped(Random random, byte[] file) {
    byte[] flipped = file.clone();
    if (file.length > 0) {
      flipped[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] run(Random random) {
    byte[] run = new byte[1 << random.nextInt(17)];
    Arrays.fill(run, (byte) "NS[{ZTLl\"#$".charAt(random.nextInt(11)));
    return run;
  }

  private static byte[] piece(Random random, byte[] file) {
    int from = random.nextInt(1 + file.length);
    return Arrays.copyOfRange(file, from, from + random.nextInt(1 + file.length - from));
  }

  /** Something instead of a few bytes. */
  private static byte[] spliced(Random random, byte[] file, byte[] into) {
    int from = random.nextInt(1 + file.length);
    int to = Math.min(file.length, from + random.nextInt(9));
    var out = new ByteArrayOutputStream();
    out.write(file, 0, from);
    out.writeBytes(into);
    out.write(file, to, file.length - to);
    return out.toByteArray();
  }

  /** A number of JSON becomes absurd, half the time one of the parameters, which come last. */
  private static byte[] renumbered(Random random, byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return file;
    }
    int among = random.nextBoolean() ? numbers.size() : Math.min(numbers.size(), 30);
    MatchResult number = numbers.get(numbers.size() - 1 - random.nextInt(among));
    String absurd = ABSURD[random.nextInt(ABSURD.length)];
    return (text.substring(0, number.start()) + absurd + text.substring(number.end()))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A text of UBJSON, as the parameters are, becomes an absurd one. */
  private static byte[] retexted(Random random, byte[] file) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i + 10 < file.length; i++) {
      if (file[i] == 'S' && file[i + 1] == 'L' && length(file, i) <= 20) {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return file;
    }
    int place = places.get(random.nextInt(places.size()));
    int end = (int) Math.min(file.length, place + 10 + length(file, place));
    byte[] absurd = ABSURD[random.nextInt(ABSURD.length)].getBytes(StandardCharsets.US_ASCII);
    var out = new ByteArrayOutputStream();
    out.write(file, 0, place + 2);
    out.writeBytes(ByteBuffer.allocate(8).putLong(absurd.length).array());
    out.writeBytes(absurd);
    out.write(file, end, file.length - end);
    return out.toByteArray();
  }

  private static long length(byte[] file, int place) {
    return ByteBuffer.wrap(file).getLong(place + 2) & Long.MAX_VALUE;
  }

  /** A length or a value of four or eight bytes becomes absurd. */
  private static byte[] counted(Random random, byte[] file) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i + 9 < file.length; i++) {
      if (file[i] == 'l' || file[i] == 'L' || file[i] == '#') {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return file;
    }
    byte[] changed = file.clone();
    int place = places.get(random.nextInt(places.size())) + 1;
    int[] absurd = {2_000_000_000, -1, Integer.MIN_VALUE, 1 << 24, 0, 0x7f800000, 0x7fc00000};
    ByteBuffer.wrap(changed).putInt(place, absurd[random.nextInt(absurd.length)]);
    return changed;
  }
}
