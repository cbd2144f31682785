package dev.attune.core.user;

import static dev.attune.core.feature.Events.DAY_ONE;
import static dev.attune.core.feature.Events.click;
import static dev.attune.core.feature.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.QuickReplyUsed;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rows of earlier versions go on being read. */
class RowFormatTest {
  private static final long M = 60_000;

  /** What version 3 made of {@link #life}, 459 bytes of it. */
  private static final String VERSION_3 =
      "AwYAAAUDdS0xgJeQhe9mgJeQhe9mgN3bAQAABKD2OwECAQQCBgJuAyH+BtTxBXGxSi1oReOMogwB+ONY"
          + "HvuxIfiKY2IFASQwMTk5ZDdhMi02YzFlLTdiM2EtOWY0ZC0yYjhlNWM3YTFkMDGA2PEWwM8kiQgCAoD3"
          + "uhcHYW5kcm9pZAAAAednWAIAAgEkMDE5OWQ3YTItNmMxZS03YjNhLTlmNGQtMmI4ZTVjN2ExZDAygOCn"
          + "EgDBCAEBgOCnEgdhbmRyb2lkAAEkMDE5OWQ3YTItNmMxZS03YjNhLTlmNGQtMmI4ZTVjN2ExZGZmAAUH"
          + "dmlzaXQtM4CLggwAAIEIAYCLggwHYW5kcm9pZAAAAAEkMDE5OWQ3YTItNmMxZS03YjNhLTlmNGQtMmI4"
          + "ZTVjN2ExZDA0gJ9JAIkIAQGAn0kHYW5kcm9pZAAAAednWAIAAQAAAAkBAQAAAednWAIAAQMkMDE5OWQ3"
          + "YTItNmMxZS03YjNhLTlmNGQtMmI4ZTVjN2ExZDAxgPe6FwICgJ9JJDAxOTlkN2EyLTZjMWUtN2IzYS05"
          + "ZjRkLTJiOGU1YzdhMWQwMoDgpxIBAQAHdmlzaXQtM4CLggwBAQAA";

  private final Run run = Run.of("features: {clicks: {count: clicked, scope: session}}");

  @Test
  void readsARowOfTheVersionBefore() {
    UserState now = UserState.fromBytes(Objects.requireNonNull(run.with(life()).row));
    UserState old = UserState.fromBytes(Base64.getDecoder().decode(VERSION_3));

    assertThat(run.engine.read(old, 0)).isEqualTo(run.read());
    old.touch();
    UserState again = UserState.fromBytes(old.toBytes());
    assertThat(run.engine.read(again, 0)).isEqualTo(run.read());
    assertThat(again.toBytes()[0]).isEqualTo(now.toBytes()[0]);
  }

  /** Version 5 is version 6 without a time that a person spent, which these events don't tell. */
  @Test
  void readsARowWithoutHandlingTimes() {
    byte[] row = Objects.requireNonNull(run.with(life()).row).clone();
    row[0] = 5;

    UserState old = UserState.fromBytes(row);

    assertThat(run.engine.read(old, 0)).isEqualTo(run.read());
    old.touch();
    assertThat(old.toBytes()).isEqualTo(run.row);
  }

  @Test
  void aRowOfANewerVersionIsRefusedAsThat() {
    byte[] row = Objects.requireNonNull(run.with(life()).row).clone();
    row[0]++;

    assertThatExceptionOfType(NewerRowException.class)
        .isThrownBy(() -> UserState.fromBytes(row))
        .withMessageContaining("version " + row[0] + ", this one reads up to " + (row[0] - 1));
  }

  @Test
  void theFirstEventOfARowOfTheVersionBeforeStaysUnknown() {
    UserState old = UserState.fromBytes(Base64.getDecoder().decode(VERSION_3));

    UserState later = run.engine.apply(old, click(500 * M, "buy"), new Position(0, 0, 99)).state();

    assertThat(UserState.fromBytes(later.toBytes()).firstMillis()).isEmpty();
  }

  @Test
  void theFirstEventIsTheOldestThatCounted() {
    UserState state =
        run.with(click(90 * M, "a"), click(10 * M, "late"), click(95 * M, "b")).state();

    assertThat(state.firstMillis()).hasValue(DAY_ONE + 10 * M);
    assertThat(UserState.fromBytes(state.toBytes()).firstMillis()).hasValue(DAY_ONE + 10 * M);
  }

  @Test
  void keepsAnArmInARowOfTheVersionBefore() {
    UserState old = UserState.fromBytes(Base64.getDecoder().decode(VERSION_3));

    old.keepArm("greeting", "treatment");
    UserState read = UserState.fromBytes(old.toBytes());

    assertThat(read.arms()).containsEntry("greeting", "treatment");
    assertThat(run.engine.read(read, 0)).isEqualTo(run.with(life()).read());
  }

  @Test
  void aSessionCostsFewerBytesThanBefore() {
    byte[] now = Objects.requireNonNull(run.with(life()).row);

    int before = Base64.getDecoder().decode(VERSION_3).length;
    assertThat(before - now.length).isGreaterThan(4 * 50);
  }

  /** Three sessions of a day: one that was said and grew late, one by its end, one that is on. */
  private static List<InteractionEvent> life() {
    List<InteractionEvent> life =
        List.of(
            in("0199d7a2-6c1e-7b3a-9f4d-2b8e5c7a1d01", click(0, "track")),
            in("0199d7a2-6c1e-7b3a-9f4d-2b8e5c7a1d02", used(90 * M)),
            in("visit-3", event("session_ended", 200 * M).build()),
            in("0199d7a2-6c1e-7b3a-9f4d-2b8e5c7a1d01", click(10 * M, "buy")),
            in("0199d7a2-6c1e-7b3a-9f4d-2b8e5c7a1d04", click(400 * M, "Ünïcode")),
            click(410 * M, "buy"));
    for (int i = 0; i < life.size(); i++) {
      life.get(i).setEventId("e-" + (i + 1));
    }
    return life;
  }

  private static InteractionEvent in(String session, InteractionEvent event) {
    event.setSessionId(session);
    event.setChannel("android");
    return event;
  }

  private static InteractionEvent used(long at) {
    return event("quick_reply_used", at)
        .setQuickReplyUsed(new QuickReplyUsed("0199d7a2-6c1e-7b3a-9f4d-2b8e5c7a1dff", "track"))
        .build();
  }
}
