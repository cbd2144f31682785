package dev.attune.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of users as earlier versions wrote them. */
class KpiRowsTest {
  private final UserKpis book = UserKpis.fromBytes(null);

  /** As the version before wrote it: an issue that is open, without arms, and no replies. */
  @Test
  void readsARowWithoutArms() {
    var unused = book.happened(KpiEvents.opened("i", KpiEvents.START), List.of("new"));
    byte[] now = book.toBytes();
    byte[] row = withoutArms(now, 2);

    assertThat(UserKpis.fromBytes(row).toBytes()).isEqualTo(now);
    row[0] = 1;
    assertThat(UserKpis.fromBytes(row).toBytes()).isEqualTo(now);
  }

  /** Version 1 and 2 knew no arms, and version 1 no time that a person spent. */
  @Test
  void readsARowWithoutHandlingTimes() {
    var before = book.said(KpiEvents.session("s", KpiEvents.START, 1, 3, 4.0));
    UserKpis old = UserKpis.fromBytes(withoutArms(book.toBytes(), 1));
    KpiSums change = old.said(KpiEvents.withdrawn("s", KpiEvents.START, 2)).getFirst().sums();
    KpiSums counted = new KpiSums();
    before.forEach(delta -> counted.add(delta.sums()));
    counted.add(change);

    for (Measure measure : Measure.values()) {
      assertThat(counted.get(measure)).as(measure.wireName()).isZero();
    }
  }

  /** Version 3 knew one arm of a reply at most. */
  @Test
  void readsARowWithOneArmAReply() {
    Decision decision = KpiEvents.decision(KpiEvents.START + 1, "refund", "v1");
    book.decided(decision, List.of("greeting/a"));
    byte[] now = book.toBytes();
    int arm = new String(now, StandardCharsets.ISO_8859_1).lastIndexOf("greeting/a");
    byte[] row = without(now, arm - 2); // the number of arms, before the length of the first
    row[0] = 3;

    assertThat(UserKpis.fromBytes(row).toBytes()).isEqualTo(now);
  }

  /** The segments of a place end in "new"; after them is the number of its arms, none. */
  private static byte[] withoutArms(byte[] now, int version) {
    int arms = new String(now, StandardCharsets.ISO_8859_1).lastIndexOf("new") + 3;
    assertThat(now[arms]).isZero();
    byte[] row = without(now, arms);
    row[0] = (byte) version;
    return row;
  }

  private static byte[] without(byte[] now, int at) {
    byte[] row = new byte[now.length - 1];
    System.arraycopy(now, 0, row, 0, at);
    System.arraycopy(now, at + 1, row, at, row.length - at);
    return row;
  }
}
