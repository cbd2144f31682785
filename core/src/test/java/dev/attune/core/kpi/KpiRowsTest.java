package dev.attune.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of users as earlier versions wrote them. */
class KpiRowsTest {
  private final UserKpis book = UserKpis.fromBytes(null);

  /** An issue that is open, as version 4 wrote it: opened once, never resolved. */
  private static final String COUNTED_OPEN =
      "040001016901cebf0207756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e01036e657700010080c8"
          + "a1e9ef66ffffffffffffffffff0100";

  /**
   * Issues of version 4: `open`; `resolved` an hour after its opening; `again`, opened twice and
   * resolved once; `early`, resolved a minute before its opening; `unknown`, without an opening.
   */
  private static final String COUNTED =
      "040005046f70656e01cebf0207756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e01036e65770001"
          + "0080c8a1e9ef66ffffffffffffffffff01087265736f6c76656401cebf0207756e6b6e6f776e07756e6b"
          + "6e6f776e07756e6b6e6f776e01036e657700010180c8a1e9ef668082d9ecef6605616761696e01cebf02"
          + "07756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e01036e657700020180c8a1e9ef668082d9ec"
          + "ef66056561726c7901cebf0207756e6b6e6f776e07756e6b6e6f776e07756e6b6e6f776e01036e657700"
          + "010180c8a1e9ef66c09e9ae9ef6607756e6b6e6f776e000001feffffffffffffffff018082d9ecef6600";

  /** Version 1 and 2 knew no arms. */
  @Test
  void readsARowWithoutArms() {
    var unused = book.happened(KpiEvents.opened("i", KpiEvents.START), List.of("new"));
    byte[] counted = bytes(COUNTED_OPEN);
    byte[] row = withoutArms(counted, 2);

    assertThat(UserKpis.fromBytes(counted).toBytes()).isEqualTo(book.toBytes());
    assertThat(UserKpis.fromBytes(row).toBytes()).isEqualTo(book.toBytes());
    row[0] = 1;
    assertThat(UserKpis.fromBytes(row).toBytes()).isEqualTo(book.toBytes());
  }

  /** The sums have an issue as it was counted, so that is taken away and nothing else. */
  @Test
  void issuesThatWereCountedStayAsTheyWereUntilTheirNextEvent() {
    long hour = 60 * KpiEvents.MINUTE;
    long later = KpiEvents.START + 2 * hour;

    assertThat(UserKpis.fromBytes(bytes(COUNTED)).erased()).as("open").hasSize(2);
    assertThat(change(KpiEvents.resolved("open", later), Measure.RESOLVED)).isEqualTo(1);
    assertThat(change(KpiEvents.resolved("again", later), Measure.RESOLVED)).isEqualTo(1);
    assertThat(change(KpiEvents.opened("again", later), Measure.RESOLVED)).isZero();
    assertThat(change(KpiEvents.resolved("resolved", later), Measure.RESOLVED)).isZero();
    assertThat(change(KpiEvents.opened("resolved", later), Measure.RESOLVED)).isEqualTo(-1);
    assertThat(change(KpiEvents.opened("early", later), Measure.RESOLVED)).isEqualTo(-1);
    assertThat(change(KpiEvents.opened("unknown", later), Measure.OPENED)).isEqualTo(1);
  }

  private static long change(InteractionEvent event, Measure measure) {
    KpiSums change = new KpiSums();
    UserKpis.fromBytes(bytes(COUNTED))
        .happened(event, List.of())
        .forEach(delta -> change.add(delta.sums()));
    return change.get(measure);
  }

  private static byte[] bytes(String row) {
    return HexFormat.of().parseHex(row);
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
