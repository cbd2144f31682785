package dev.attune.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which bodies wait for the registry; all others take turns by their size. */
class EventDecoderTest {
  private static final String AVRO = AvroBatchReader.CONTENT_TYPE;

  private final EventDecoder decoder = new EventDecoder(AvroFuzz.settings(), AvroFuzz.batches());

  @Test
  void onlyAvroOfASchemaNotReadBeforeMayWait() {
    assertThat(decoder.mayWait(AVRO, "7")).isTrue();
    assertThat(decoder.mayWait(AVRO + "; charset=utf-8", " 7 ")).isTrue();

    assertThat(decoder.mayWait(AVRO, null)).isFalse();
    assertThat(decoder.mayWait(AVRO, "seven")).isFalse();
    assertThat(decoder.mayWait("application/json", "7")).isFalse();
    assertThat(decoder.mayWait(null, "7")).isFalse();
  }
}
