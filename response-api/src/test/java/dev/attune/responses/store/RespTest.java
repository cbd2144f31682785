package dev.attune.responses.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespTest {

  private static final String ENTRY = "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\np\r\n$4\r\na\r\nb\r\n";

  @Test
  void readsAnEntryOfAStream() {
    List<?> entries = (List<?>) requireNonNull(Resp.read(bytes(ENTRY)));

    List<?> entry = (List<?>) entries.getFirst();
    List<?> fields = (List<?>) entry.get(1);
    assertThat(entries).hasSize(1);
    assertThat((byte[]) entry.get(0)).asString(UTF_8).isEqualTo("1-1");
    assertThat((byte[]) fields.get(0)).asString(UTF_8).isEqualTo("p");
    assertThat((byte[]) fields.get(1)).asString(UTF_8).isEqualTo("a\r\nb");
  }

  @Test
  void readsWhatElseRedisMaySay() {
    ByteBuf in = bytes("*0\r\n*-1\r\n$-1\r\n$0\r\n\r\n:-12\r\n+OK\r\n-NOAUTH go away\r\n");

    assertThat(Resp.read(in)).isEqualTo(List.of());
    assertThat(Resp.read(in)).isNull();
    assertThat(Resp.read(in)).isNull();
    assertThat(Resp.read(in)).isEqualTo(new byte[0]);
    assertThat(Resp.read(in)).isEqualTo(-12L);
    assertThat(Resp.read(in)).isEqualTo("OK");
    assertThat(Resp.read(in)).isEqualTo(new Resp.Refusal("NOAUTH go away"));
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void waitsForTheRestOfAnAnswerWhereverItIsCut() {
    for (int length = 0; length < ENTRY.length(); length++) {
      ByteBuf in = bytes(ENTRY.substring(0, length));

      assertThat(Resp.read(in)).as("%d bytes", length).isSameAs(Resp.INCOMPLETE);
      assertThat(in.readerIndex()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400\r\n",
        "$x\r\n",
        "$99999999999\r\n",
        "$3\r\nabcde",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"
      })
  void refusesWhatIsNoAnswer(String said) {
    assertThatThrownBy(() -> Resp.read(bytes(said))).isInstanceOf(DecoderException.class);
  }

  @Test
  void writesACommand() {
    ByteBuf out = Unpooled.buffer();

    Resp.write(out, List.of("AUTH", "jürgen", "geheim"));

    assertThat(out.toString(UTF_8))
        .isEqualTo("*3\r\n$4\r\nAUTH\r\n$7\r\njürgen\r\n$6\r\ngeheim\r\n");
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }
}
