package dev.attune.gateway.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {
  private final Masking masking = new Masking(settings(WithoutConsent.STRIP));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to ada.l+x@mail.example.org.|write to [email].",
        "a@b.io and c@d.io|[email] and [email]",
        "call +34 600 123 456 now|call [phone] now",
        "call +1 (415) 555-2671|call [phone]",
        "call 415-555-2671|call [phone]",
        "card 4111111111111111|card [card]",
        "card 4111-1111-1111-1111!|card [card]!",
        "amex 378282246310005|amex [card]",
        "pay DE89 3704 0044 0532 0130 00 please|pay [iban] please",
        "GB82WEST12345698765432|[iban]",
        "badge B-77|badge [badge]",
      })
  void replacesWhatIsPersonal(String text, String masked) {
    assertThat(masking.text(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "where is order 1234567890",
        "order 4111111111111112",
        "at 1735787045678",
        "tracking 00340434161094042557",
        "version 128.0.1, 2026-01-02 10:30",
        "DE00 3704 0044 0532 0130 00",
        "me @ home",
        ""
      })
  void leavesOtherNumbersAlone(String text) {
    assertThat(masking.text(text)).isEqualTo(text);
  }

  @Test
  void masksInsideStringsSoThatJsonStaysJson() {
    assertThat(masking.json("{\"a\":\"x@y.org\",\"n\":4111111111111111,\"q\":\"\\\"z@y.org\\\"\"}"))
        .isEqualTo("{\"a\":\"[email]\",\"n\":4111111111111111,\"q\":\"\\\"[email]\\\"\"}");
    assertThat(masking.json("not \"closed x@y.org")).isEqualTo("not \"closed [email]");
  }

  @Test
  void masksTheTextsOfAnEventAndItsUnknownFields() {
    InteractionEvent event = message("I am x@y.org", true);
    event.setProperties(new HashMap<>(Map.of("future", "[\"x@y.org\"]")));

    masking.event(event);

    assertThat(event.getMessageSent().getText()).isEqualTo("I am [email]");
    assertThat(event.getProperties()).containsEntry("future", "[\"[email]\"]");
  }

  @Test
  void withoutConsentOnlyTheLengthOfATextIsKept() {
    InteractionEvent event = message("hello", false);

    assertThat(new ConsentFilter(settings(WithoutConsent.STRIP)).honour(event)).isTrue();

    assertThat(event.getMessageSent()).isEqualTo(new MessageSent(null, 5));
    assertThat(event.getContext().getReferrer()).isNull();
  }

  @Test
  void withoutConsentAnEventCanBeRefusedOrKept() {
    InteractionEvent event = message("hello", false);

    assertThat(new ConsentFilter(settings(WithoutConsent.REFUSE)).honour(event)).isFalse();
    assertThat(new ConsentFilter(settings(WithoutConsent.KEEP)).honour(event)).isTrue();
    assertThat(event.getMessageSent().getText()).isEqualTo("hello");
    assertThat(new ConsentFilter(settings(WithoutConsent.REFUSE)).honour(message("hello", true)))
        .isTrue();
  }

  private static InteractionEvent message(String text, boolean consent) {
    InteractionEvent event = new InteractionEvent();
    event.setContext(
        EventContext.newBuilder().setReferrer("https://a.example").setConsent(consent).build());
    event.setMessageSent(new MessageSent(text, null));
    return event;
  }

  private static PrivacySettings settings(WithoutConsent withoutConsent) {
    return new PrivacySettings(
        true,
        true,
        true,
        true,
        Map.of("badge", "B-[0-9]+"),
        List.of("message_sent.text"),
        withoutConsent);
  }
}
