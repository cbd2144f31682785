package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TotalsTest {
  private static final String COUNTER = Figures.ACCEPTED;

  private final Totals totals = new Totals();

  @Test
  void growthIsAddedUpByAddressInWhicheverOrderTheyAnswer() {
    assertThat(total(0, at("a", 5_000), at("b", 100))).isZero();
    assertThat(total(10, at("b", 120), at("a", 5_003))).isEqualTo(23);
    assertThat(total(20, at("a", 5_003), at("b", 121))).isEqualTo(24);
  }

  @Test
  void anInstanceThatWentTakesNothingWithIt() {
    total(0, at("a", 50), at("b", 70));
    assertThat(total(10, at("a", 51), at("b", 75))).isEqualTo(6);
    assertThat(total(20, at("a", 53))).isEqualTo(8);
    assertThat(total(30, at("a", 54))).isEqualTo(9);
  }

  @Test
  void anInstanceThatComesBringsNoPast() {
    total(0, at("a", 50));
    assertThat(total(10, at("a", 51), at("b", 9_000))).isEqualTo(1);
    assertThat(total(20, at("a", 51), at("b", 9_010))).isEqualTo(11);
  }

  /** A scale-up: what it counted in its first seconds is new. */
  @Test
  void aYoungInstanceBringsWhatItDid() {
    total(0, at("a", 50));
    total(20, at("a", 50));
    assertThat(total(30, at("a", 50), process("b", 12, 1_018, 12))).isEqualTo(12);
  }

  /** The first look at all can't know what was counted before. */
  @Test
  void theFirstLookCountsNothingHoweverYoung() {
    assertThat(total(0, process("a", 40, 1_000, 3))).isZero();
  }

  @Test
  void aRestartCountsFromZero() {
    total(0, process("a", 100, 500, 900));
    assertThat(total(10, process("a", 110, 500, 910))).isEqualTo(10);
    assertThat(total(20, at("a", 7))).as("seen by the counter").isEqualTo(17);
    assertThat(total(30, process("a", 9, 1_029, 1))).isEqualTo(19);
    assertThat(total(40, process("a", 20, 1_039, 1))).as("seen by its start only").isEqualTo(39);
  }

  /** An address that went to a process which counts for long has done nothing yet. */
  @Test
  void anotherOldProcessAtTheSameAddressBringsNoPast() {
    total(0, process("a", 100, 500, 900));
    assertThat(total(10, process("a", 9_000, 300, 1_110))).isZero();
    assertThat(total(20, process("a", 9_004, 300, 1_120))).isEqualTo(4);
  }

  /** The address was given to another one. */
  @Test
  void aNewAddressOfAnOldProcessIsTakenForNew() {
    total(0, process("a", 100, 500, 900));
    total(10, process("b", 105, 500, 910));
    assertThat(total(20, process("b", 106, 500, 920))).isEqualTo(1);
  }

  @Test
  void aShortSilenceIsMadeUpForAndALongOneLeftOut() {
    total(0, at("a", 100));
    total(10, InstanceLook.away("a"));
    assertThat(total(20, at("a", 130))).isEqualTo(30);
    total(30, InstanceLook.away("a"));
    total(40, InstanceLook.away("a"));
    total(50, InstanceLook.away("a"));
    assertThat(total(60, at("a", 900))).isEqualTo(30);
    assertThat(total(70, at("a", 901))).isEqualTo(31);
  }

  @Test
  void gaugesAreOfThoseThatAnswerNow() {
    String nobody = "attune_streams_lag NaN\nattune_registry_up 1";
    String some = "attune_streams_lag 4\nattune_playbook_pending 1\nattune_registry_up 0";
    ServiceLook both =
        totals.add(0, List.of(said("a", true, nobody, "x"), said("b", false, some, "x", "y")));

    assertThat(both.metrics().sum(Figures.LAG)).isEqualTo(4);
    assertThat(both.metrics().sum(Figures.PLAYBOOK_PENDING)).isEqualTo(1);
    assertThat(both.metrics().sum(Figures.REGISTRY_UP)).isZero();
    assertThat(both.allReady()).isFalse();
    assertThat(both.ready()).isEqualTo(1);
    assertThat(both.troubles()).containsExactly("x", "y (1 of 2 instances)");

    ServiceLook one = totals.add(10_000, List.of(said("a", true, nobody), InstanceLook.away("b")));

    assertThat(one.metrics().sum(Figures.LAG)).isNaN();
    assertThat(one.answering()).isEqualTo(1);
    assertThat(one.instances()).isEqualTo(2);
  }

  private double total(long seconds, InstanceLook... instances) {
    double sum = totals.add(seconds * 1_000, List.of(instances)).metrics().sum(COUNTER);
    return Double.isNaN(sum) ? 0 : sum;
  }

  private static InstanceLook at(String address, int count) {
    return said(address, true, COUNTER + " " + count);
  }

  private static InstanceLook process(String address, int count, int started, int up) {
    String text =
        "%s %d\n%s %d\n%s %d"
            .formatted(COUNTER, count, Figures.STARTED, started, Figures.UPTIME, up);
    return said(address, true, text);
  }

  private static InstanceLook said(
      String address, boolean ready, String metrics, String... troubles) {
    return new InstanceLook(
        address,
        true,
        ready,
        "1",
        Stream.of(troubles).toList(),
        Metrics.parse(metrics, Figures.ALL));
  }
}
